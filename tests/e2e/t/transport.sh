# SPDX-License-Identifier: GPL-2.0-or-later
# test: transport mode between two hosts, to and from the kernel's own xfrm
# arguments: ipv4, ipv6 or encap (IPv4 in UDP), then an algorithm and its ESN
how=$1 alg=$2 esn=$3
net_wire
here=$ALICE there=$BOB v=-4
if [ "$how" = ipv6 ]; then
	here=fd00::1 there=fd00::2 v=-6
	for ns in alice bob; do
		[ "$ns" = alice ] && own=$here other=$there || own=$there other=$here
		ip -n "$ns" addr add "$own/64" dev wire nodad
		# Whom to ask for the address of the other would be the tunnel.
		ip -n "$ns" neigh add "$other" dev wire lladdr \
			"$(ip -n "$([ "$ns" = alice ] && echo bob || echo alice)" -json link show wire |
				python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["address"])')"
	done
fi
encap= xfrm_encap= protocol=esp
if [ "$how" = encap ]; then
	encap="encap 4500:4500" xfrm_encap="encap espinudp 4500 4500 0.0.0.0" protocol=udp
	for ns in alice bob; do
		spawn_on "natt-$ns" "$ns" python3 "$GUEST/traffic.py" natt \
			"$([ "$ns" = alice ] && echo "$here" || echo "$there")" 4500
		wait_log "$WORK/natt-$ns.log" ready
	done
fi

ip -n alice link add svti1 type svti
ip -n alice link set svti1 up
svti_sa alice out "$SPI_TO_BOB" "$here" "$there" "$alg" esn "$esn" mode transport $encap
svti_sa alice in "$SPI_TO_ALICE" "$there" "$here" "$alg" esn "$esn" mode transport $encap
on alice svtictl sp add dev svti1 dir out src "$here" dst "$there" reqid 1
on alice svtictl sp add dev svti1 dir in src "$there" dst "$here" reqid 1

transport() { echo "${1//mode tunnel/mode transport}"; }
ip -n bob -batch - <<-END || fail "ip xfrm refused"
	xfrm state add $(transport "$(xfrm_state "$here" "$there" "$SPI_TO_BOB" "$alg" "$esn")") $xfrm_encap
	xfrm state add $(transport "$(xfrm_state "$there" "$here" "$SPI_TO_ALICE" "$alg" "$esn")") $xfrm_encap
	xfrm policy add src $there dst $here dir out priority 2 $(transport "$(xfrm_template "$there" "$here")")
	xfrm policy add src $here dst $there dir in priority 2 $(transport "$(xfrm_template "$here" "$there")")
	xfrm policy add src $here dst $there proto udp dport 4500 dir in priority 1
END

# All that goes to bob goes into the device, ESP as well: a loop, until that has a way of its own.
ip -n alice $v rule add pref 200 to "$there" lookup 100
ip -n alice $v route add "$there" dev svti1 src "$here" table 100
! on alice ping -c 1 -W 1 "$there" >"$WORK/ping" 2>&1 || fail "a loop carries packets"
at_least "packets that came back into the device" "$(drops alice tx_route_loop)" 1
if [ "$protocol" = esp ]; then
	ip -n alice $v rule add pref 100 ipproto esp lookup main
else
	ip -n alice $v rule add pref 100 ipproto udp sport 4500 lookup main
fi

answerer bob "$there"
answerer alice "$here"
wire_listen
on alice ping -c 3 -i 0.2 -W 20 "$there" >"$WORK/ping" 2>&1 || fail "no answer: $(cat "$WORK/ping")"
# IPv4 puts fragments of the local IP layer together again.
sizes=0-20,500-504,1300-1350
[ "$v" = -6 ] || sizes+=,1351-1420,1473,3000,9000
traffic alice sweep "$here" "$there" 7000 "$sizes" >"$WORK/sweep" 2>&1 || fail "to bob: $(tail -n 3 "$WORK/sweep")"
traffic bob sweep "$there" "$here" 7000 0-20,1300-1350 >"$WORK/sweep" 2>&1 || fail "to alice: $(tail -n 3 "$WORK/sweep")"
traffic alice transfer "$here" "$there" 7000 200000 >"$WORK/transfer" 2>&1 || fail "$(tail -n 3 "$WORK/transfer")"
traffic bob transfer "$there" "$here" 7000 100000 >"$WORK/transfer" 2>&1 || fail "$(tail -n 3 "$WORK/transfer")"
wire_close
if [ "$how" = encap ]; then
	same "packets that are neither ESP in UDP nor ARP" "$(wire_count "not (udp port 4500 or arp or $FRAGMENT)")" 0
	at=36
else
	wire_protected
	at=28
fi
[ "$v" = -4 ] || at=48
# An echo request of 56 octets: 64 to be protected, and nothing else but the header.
blocks=4 iv=8
[ "$alg" = aes128gcm16 ] || blocks=16 iv=16
length=$((at + iv + (64 + 2 + blocks - 1) / blocks * blocks + 16))
[ "$v" = -4 ] && field="ip[2:2] = $length" || field="ip6[4:2] = $((length - 40))"
at_least "packets that are as large as an echo request should be" "$(wire_count "$field")" 3
same "SA of alice in transport mode" "$(sa_field alice out mode)" transport

# Addresses that are not those of the SA stay outside.
on alice svtictl sp add dev svti1 dir out reqid 1
ip -n alice $v route add "$([ "$v" = -4 ] && echo 10.9.9.9 || echo fd09::9)" dev svti1
on alice ping -c 1 -W 1 "$([ "$v" = -4 ] && echo 10.9.9.9 || echo fd09::9)" >"$WORK/ping" 2>&1 || true
at_least "packets to others" "$(drops alice tx_transport_ends)" 1
for option in "dscp 1" "df set" "ttl 3" "tfc 100"; do
	refused "tunnel mode" on alice svtictl sa add dev svti1 dir out spi 0x3001 src "$here" dst "$there" \
		alg aes128gcm16 key "$(key_hex k 20)" mode transport $option
done
refused "tunnel mode" on alice svtictl sa add dev svti1 dir in spi 0x3002 src "$there" dst "$here" \
	alg aes128gcm16 key "$(key_hex k 20)" mode transport decap-dscp on
