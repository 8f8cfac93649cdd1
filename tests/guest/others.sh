# SPDX-License-Identifier: GPL-2.0-or-later
#
# Other tunnels between alice and bob, beside svti's. Number N has the inner addresses 10.N.1.1
# at alice and 10.N.2.1 at bob, or fdN:1::1 and fdN:2::1; and the SPIs 0xN01 to bob, 0xN02 to alice.

# A second pair of outer addresses, for vti takes all ESP between its own that it can.
ALICE2=192.168.1.1 BOB2=192.168.1.2

# others_up: all of them.
others_up()
{
	modprobe -a esp4 esp6 esp4_offload esp6_offload ip_vti xfrm_interface wireguard
	ip -n alice addr add "$ALICE2/24" dev wire
	ip -n bob addr add "$BOB2/24" dev wire
	net_wire6
	other_policy
	other_xfrmi
	other_vti
	other_wireguard
	other_encap
	other_policy6
}

# OTHERS: what others_up made, for traffic.py steady.
OTHERS="10.11.1.1>10.11.2.1 10.12.1.1>10.12.2.1 10.13.1.1>10.13.2.1 10.14.1.1>10.14.2.1
	10.15.1.1>10.15.2.1 fd16:1::1>fd16:2::1"

# other_sides N ALICE BOB STATE-OPTIONS POLICY-OPTIONS: SAs and policies of xfrm, both ends.
other_sides()
{
	other_side alice "$1" "$2" "$3" "$4" "$5" 1 2
	other_side bob "$1" "$3" "$2" "$4" "$5" 2 1
}

# other_side NAMESPACE N HERE THERE STATE-OPTIONS POLICY-OPTIONS OWN-NET FAR-NET
other_side()
{
	local n=$2 here=$3 there=$4 own=10.$2.$7 far=10.$2.$8 len=24
	if [[ $here = *:* ]]; then
		own=fd$n:$7: far=fd$n:$8: len=64
		ip -n "$1" addr add "$own:1/128" dev lo nodad
	else
		ip -n "$1" addr add "$own.1/32" dev lo
		own+=.0 far+=.0
	fi
	own=${own/%:/::} far=${far/%:/::}
	ip -n "$1" -batch - <<-END || fail "ip xfrm refused in $1 (tunnel $n)"
		xfrm state add src $here dst $there spi 0x${n}0$7 $(other_state "$n" "$5" "$7")
		xfrm state add src $there dst $here spi 0x${n}0$8 $(other_state "$n" "$5" "$8")
		xfrm policy add src $own/$len dst $far/$len dir out $6 $(other_template "$n" "$here" "$there")
		xfrm policy add src $far/$len dst $own/$len dir in $6 $(other_template "$n" "$there" "$here")
	END
}

other_state()
{
	make_key "$1$3" 20
	echo -n "proto esp reqid $1 mode tunnel replay-window 64 flag esn"
	echo " aead rfc4106(gcm(aes)) $HEX 128 $2"
}

other_template()
{
	echo "tmpl src $2 dst $3 proto esp reqid $1 mode tunnel"
}

# other_routes N ALICE-VIA BOB-VIA: how the far network is reached, such as "dev vti0".
other_routes()
{
	ip -n alice route add "10.$1.2.0/24" $2 src "10.$1.1.1"
	ip -n bob route add "10.$1.1.0/24" $3 src "10.$1.2.1"
}

other_policy()
{
	other_sides 11 "$ALICE" "$BOB" "" ""
	other_routes 11 "via $BOB" "via $ALICE"
}

other_xfrmi()
{
	local ns
	other_sides 12 "$ALICE" "$BOB" "if_id 12" "if_id 12"
	for ns in alice bob; do
		ip -n "$ns" link add xfrm0 type xfrm dev wire if_id 12
		ip -n "$ns" link set xfrm0 up
	done
	other_routes 12 "dev xfrm0" "dev xfrm0"
}

other_vti()
{
	other_sides 13 "$ALICE2" "$BOB2" "" "mark 13"
	ip -n alice link add vti0 type vti local "$ALICE2" remote "$BOB2" key 13
	ip -n bob link add vti0 type vti local "$BOB2" remote "$ALICE2" key 13
	ip -n alice link set vti0 up
	ip -n bob link set vti0 up
	other_routes 13 "dev vti0" "dev vti0"
}

other_wireguard()
{
	(umask 077 && wg genkey >"$WORK/wg-alice" && wg genkey >"$WORK/wg-bob")
	other_wireguard_side alice bob "$BOB" 1 2
	other_wireguard_side bob alice "$ALICE" 2 1
	other_routes 14 "dev wg0" "dev wg0"
}

other_wireguard_side()
{
	ip -n "$1" link add wg0 type wireguard
	ip -n "$1" addr add "10.14.$4.1/32" dev lo
	on "$1" wg set wg0 private-key "$WORK/wg-$1" listen-port 51820 peer "$(wg pubkey <"$WORK/wg-$2")" \
		allowed-ips "10.14.$5.0/24" endpoint "$3:51820"
	ip -n "$1" link set wg0 up
}

other_encap()
{
	natt alice "$ALICE"
	natt bob "$BOB"
	other_sides 15 "$ALICE" "$BOB" "encap espinudp 4500 4500 0.0.0.0" ""
	other_routes 15 "via $BOB" "via $ALICE"
}

other_policy6()
{
	other_sides 16 "$ALICE6" "$BOB6" "" ""
	ip -n alice -6 route add fd16:2::/64 via "$BOB6" src fd16:1::1
	ip -n bob -6 route add fd16:1::/64 via "$ALICE6" src fd16:2::1
}

# natt NAMESPACE ADDRESS: a keying daemon's socket, port 4500, out of which the kernel takes ESP.
natt()
{
	spawn_on "natt-$1" "$1" python3 "$GUEST/traffic.py" natt "$2" 4500
	wait_log "$WORK/natt-$1.log" ready
}

# mtu_after NAMESPACE FROM TO SPI MTU: FROM, who is there, tells TO in an ICMP error that a packet with
# this SPI was too big; prints the path MTU that TO believes in then, or nothing.
mtu_after()
{
	local ns=alice
	[ "$1" != alice ] || ns=bob
	ip -n "$ns" route flush cache
	ip -n "$ns" -6 route flush cache
	traffic "$1" too-big "$2" "$3" "$4" "$5"
	ip -n "$ns" route get "$2" | sed -n 's/.* mtu \([0-9]*\).*/\1/p'
}
