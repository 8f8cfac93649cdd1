# SPDX-License-Identifier: GPL-2.0-or-later
# test: ESP in UDP (RFC 3948) carries every size both ways, and nothing else crosses the wire
alg=$1
net_up
svti_up alice bob
# What the keying daemon does with its port 4500: the kernel takes ESP out of its socket.
cat >natt.py <<-END
	import socket, sys
	UDP_ENCAP, UDP_ENCAP_ESPINUDP = 100, 2
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind((sys.argv[1], 4500))
	s.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP)
	print("ready", flush=True)
	while True:
	    print("received", s.recv(65536)[:8].hex(), flush=True)
END
spawn_on natt-alice alice python3 natt.py "$ALICE"
spawn_on natt-bob bob python3 natt.py "$BOB"
wait_log "$WORK/natt-alice.log" ready
wait_log "$WORK/natt-bob.log" ready
svti_keys alice "$alg" encap 4500:4500
svti_keys bob "$alg" encap 4500:4500
answerer bob "$BOB_LAN"
wire_listen
ping_over alice bob
sweep alice bob 0-20,1300,1380-1400
transfer alice bob 100000
wire_close
same "packets that are neither ESP in UDP nor ARP" "$(wire_count "not (udp port 4500 or arp or $FRAGMENT)")" 0
at_least "packets of ESP in UDP" "$(wire_count 'udp port 4500')" 60
# The sockets are for IKE alone.
for ns in alice bob; do
	lacks "what the socket of $ns saw" "$(cat "$WORK/natt-$ns.log")" received
done
