# SPDX-License-Identifier: GPL-2.0-or-later
# test: asynchronous ciphers (cryptd) carry every size both ways, and all packets in order
# alone
alg=$1 driver="cryptd($2)"
# cryptd keeps the order of what one processor gives it; a sender that moves makes its own disorder.
taskset -p -c 0 $$ >/dev/null
# An instance of cryptd has the name of what it wraps and a higher priority: it is what is found
# from now on, once the accelerated ciphers are out of its way. The self-test that the kernel
# makes of it fails on 6.1 for what cryptd does with the request.
modprobe -a algif_aead cryptd gcm authenc cbc hmac sha256_generic
modprobe -q -r ghash_clmulni_intel aesni_intel || true
! grep -q ^aesni_intel /proc/modules || fail "the accelerated ciphers are still in use"
echo Y >/sys/module/cryptomgr/parameters/notests
python3 - "$driver" <<-END
	import socket, sys
	s = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
	s.bind(("aead", sys.argv[1]))
END
svti_pair "$alg"
users=$(awk -v RS= -v want=": $driver\n" 'index($0 "\n", want) {
	for (i = 1; i < NF; i++) if ($i == "refcnt") print $(i + 2) }' /proc/crypto | head -n 1)
at_least "users of $driver" "$users" 4
answerer bob "$BOB_LAN"
wire_listen
sweep alice bob 0-64,1300
transfer alice bob 100000
traffic alice burst "$ALICE_LAN" "$BOB_LAN" 7000 60
# With requests in flight: the devices go, then the module.
spawn_on flood alice python3 "$GUEST/traffic.py" flood "$ALICE_LAN" "$BOB_LAN" 7000 3
sleep 1
wire_close
wire_protected
ip -n bob link del svti1
svti_unload
svti_load
modprobe -a aesni_intel ghash_clmulni_intel
