# SPDX-License-Identifier: GPL-2.0-or-later
#
# Ciphers that answer late: a test that wants them changes the whole machine ("# alone").

# async_on DRIVER: from now on the kernel's choice for an algorithm is cryptd(DRIVER).
#
# An instance of cryptd has the name of what it wraps and a higher priority: it is what is found,
# once the accelerated ciphers are out of its way. The self-test that the kernel makes of it
# fails on 6.1 for what cryptd does with the request.
async_on()
{
	case $(uname -r) in
	[7-9].*) echo "this kernel has no cryptd any more: every cipher answers at once"; exit 0 ;;
	esac
	modprobe -a algif_aead cryptd gcm authenc cbc hmac sha256_generic
	modprobe -q -r ghash_clmulni_intel aesni_intel || true
	! grep -q ^aesni_intel /proc/modules || fail "the accelerated ciphers are still in use"
	echo Y >/sys/module/cryptomgr/parameters/notests
	python3 - "cryptd($1)" <<-END
		import socket, sys
		s = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
		s.bind(("aead", sys.argv[1]))
	END
}

# async_used DRIVER SAS: so many use it.
async_used()
{
	local users
	users=$(awk -v RS= -v want=": cryptd($1)\n" 'index($0 "\n", want) {
		for (i = 1; i < NF; i++) if ($i == "refcnt") print $(i + 2) }' /proc/crypto | head -n 1)
	at_least "users of cryptd($1)" "$users" "$2"
}

# async_off: the accelerated ciphers are back, for what comes after.
async_off()
{
	modprobe -a aesni_intel ghash_clmulni_intel
}

ASYNC_GCM="rfc4106(gcm_base(ctr(aes-generic),ghash-generic))"
