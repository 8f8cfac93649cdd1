# SPDX-License-Identifier: GPL-2.0-or-later
# test: asynchronous ciphers (cryptd) carry every size both ways, and all packets in order
# alone
alg=$1 driver=$2
# An instance of cryptd has the name of what it wraps and a higher priority: it is the one that is
# found from now on, until it is taken away again.
python3 - "$driver" <<-END
	import socket, sys
	s = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
	s.bind(("aead", f"cryptd({sys.argv[1]})"))
END
svti_pair "$alg"
users=$(awk -v RS= -v want="cryptd($driver)" '
	$0 ~ "driver +: " && index($0, want) { for (i = 1; i < NF; i++) if ($i == "refcnt") print $(i + 2) }
	' /proc/crypto | head -n 1)
at_least "users of cryptd($driver)" "$users" 4
answerer bob "$BOB_LAN"
wire_listen
sweep alice bob 0-64,1300
transfer alice bob 200000
traffic alice burst "$ALICE_LAN" "$BOB_LAN" 7000 60
# With requests in flight: the devices go, then the module.
spawn flood ip netns exec alice python3 "$GUEST/traffic.py" flood "$ALICE_LAN" "$BOB_LAN" 7000 3
sleep 1
wire_close
wire_protected
ip -n bob link del svti1
svti_unload
svti_load
