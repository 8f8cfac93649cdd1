# SPDX-License-Identifier: GPL-2.0-or-later
# test: where the kernel lacks an algorithm, the refusal names the module, and with it the SA is taken
# alone
net_up
svti_up alice
mkdir -p /run/modprobe.d

# lacking MODULES HINT ALGORITHM [OPTION...]: these modules cannot be loaded.
lacking()
{
	local modules=$1 hint=$2 alg=$3 module
	shift 3
	for module in $modules; do
		echo "install $module /bin/false"
	done >/run/modprobe.d/svti-test.conf
	for module in $modules; do
		[ ! -d "/sys/module/$module" ] || rmmod "$module" || fail "$module is still in use"
	done
	keys_of "$alg" missing
	set -- svtictl sa add dev svti1 dir out spi 0x1001 src "$ALICE" dst "$BOB" alg "$alg" \
		${KEY:+key "$KEY"} ${AUTH_KEY:+auth-key "$AUTH_KEY"} "$@"
	refused "The kernel has no .*: load the module $hint or build it in" on alice "$@"
	rm /run/modprobe.d/svti-test.conf
	on alice "$@" || fail "$alg is refused with $modules at hand"
	on alice svtictl sa flush dev svti1
}

lacking ccm ccm aes128ccm16
lacking chacha20poly1305 chacha20poly1305 chacha20poly1305
lacking gcm gcm aes256gmac
lacking ctr ctr aes128ctr-sha256
lacking cmac cmac null-aescmac
lacking xcbc xcbc aes192-aesxcbc
lacking authencesn authencesn aes128-sha256 esn on
lacking "authencesn authenc" authenc aes128-sha256 esn off
# A random number generator that xfrm started may use it, and does not let it go again.
if [ "$(cat /sys/module/sha512_ssse3/refcnt 2>/dev/null || echo 0)" = 0 ]; then
	lacking "sha512_ssse3 sha512_generic" crypto-sha384 aes256-sha384
fi
