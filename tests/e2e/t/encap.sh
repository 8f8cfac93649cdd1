# SPDX-License-Identifier: GPL-2.0-or-later
# test: ESP in UDP (RFC 3948) carries every size both ways, and nothing else crosses the wire
alg=$1 family=$2 peer=$3
net_up
[ "$family" = 4 ] || { net_wire6; ALICE=$ALICE6 BOB=$BOB6; }
svti_up alice
svti_keys alice "$alg" encap 4500:4500
if [ "$peer" = svti ]; then
	svti_up bob
	svti_keys bob "$alg" encap 4500:4500
else
	xfrm_keys bob "$alg" off "encap espinudp 4500 4500 0.0.0.0"
fi
# Nobody computes or checks for the wire.
on alice ethtool -K wire tx off rx off >/dev/null
on bob ethtool -K wire tx off rx off >/dev/null
natt alice "$ALICE"
natt bob "$BOB"
answerer bob "$BOB_LAN"
wire_listen
ping_over alice bob
sweep alice bob 0-20,1300,1360-1370
transfer alice bob 50000
wire_close
same "packets that are neither ESP in UDP nor discovery" \
	"$(wire_count "not (udp port 4500 or arp or $DISCOVERY or $FRAGMENT)")" 0
at_least "packets of ESP in UDP" "$(wire_count 'udp port 4500')" 60
# None over IPv4 (RFC 3948 2.1), a right one over IPv6 (RFC 8200 8.1).
sums=$(tcpdump -r "$PCAP" -n -vv "udp port 4500" 2>/dev/null)
lacks "the checksums" "$sums" "bad udp cksum"
if [ "$family" = 4 ]; then
	lacks "the checksums" "$sums" "udp sum ok"
else
	lacks "the checksums" "$sums" "no cksum"
	at_least "right checksums" "$(grep -c "udp sum ok" <<<"$sums")" 60
fi
# The sockets are for IKE alone.
for ns in alice bob; do
	lacks "what the socket of $ns saw" "$(cat "$WORK/natt-$ns.log")" received
done
[ "$peer" = svti ] || exit 0
# ESP is taken as it comes, in UDP or not, whatever the own side sends: RFC 7296 2.23.
for ns in alice bob; do
	on $ns svtictl sa flush dev svti1
	on $ns svtictl sp flush dev svti1
done
svti_keys alice "$alg" encap 4500:4500
svti_keys bob "$alg"
wire_listen "$WORK/mixed.pcap"
ping_over alice bob
wire_close
at_least "plain ESP" "$(wire_count esp)" 3
at_least "ESP in UDP" "$(wire_count 'udp port 4500')" 3
