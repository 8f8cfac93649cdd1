# SPDX-License-Identifier: GPL-2.0-or-later
# test: a default route into the tunnel; a rule on the mark keeps the encrypted packets out of it
net_routed
svti_up alice bob
svti_keys alice aes128gcm16
svti_keys bob aes128gcm16
ip -n alice -batch - <<-END
	route add default via 192.168.0.254 table 100
	route replace default dev svti1 src $ALICE_LAN
	rule add fwmark 0x1 table 100
END

# Without a mark the tunnel would carry itself: counted, and nothing else happens.
sent=$(link_counter alice wire tx_packets)
no_ping alice bob 5
same "tx_route_loop" "$(drops alice tx_route_loop)" 5
same "packets on the wire" "$(link_counter alice wire tx_packets)" "$sent"

# The mark takes effect at once, also where a route was looked up before.
ip -n alice link set svti1 type svti fwmark 0x1
on alice tc qdisc add dev wire clsact
on alice tc filter add dev wire egress protocol ip pref 1 handle 0x1 fw action gact pass
on alice tc filter add dev wire egress protocol ip pref 2 matchall action gact pass
ping_over alice bob 5
# A mark inside is not one of the packet around it.
on alice ping -q -n -i 0.05 -W 2 -c 5 -I svti1 -m 7 "$BOB_LAN" >ping || fail "$(cat ping)"
marked=$(on alice tc -s filter show dev wire egress)
has "packets with the mark" "$marked" 'Sent [0-9]+ bytes 10 pkt'
has "packets without it" "$marked" 'Sent 0 bytes 0 pkt'
answerer bob "$BOB_LAN"
sweep alice bob 0-20,1300

# Back again.
ip -n alice link set svti1 type svti fwmark 0
no_ping alice bob 3
same "tx_route_loop" "$(drops alice tx_route_loop)" 8
