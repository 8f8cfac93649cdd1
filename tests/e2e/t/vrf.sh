# SPDX-License-Identifier: GPL-2.0-or-later
# test: the device in one VRF, what it sends and receives encrypted in another
net_routed
# A decoy: in the main table, nothing leads to bob.
ip -n alice -batch - <<-END
	link add red type vrf table 10
	link add blue type vrf table 20
	link set red up
	link set blue up
	link set wire master red
	link set lan master blue
	addr replace $ALICE/24 dev wire
	addr replace $ALICE_LAN/24 dev lan
	route flush table main
	route add unreachable $BOB
	route add default via 192.168.0.254 table 10
	link add svti1 type svti
	link set svti1 up
	link set svti1 master blue
	route add $BOB_NET dev svti1 src $ALICE_LAN table 20
END
svti_up bob
svti_keys alice aes128gcm16
svti_keys bob aes128gcm16

both_ways()
{
	on alice ping -q -n -i 0.05 -W 2 -c 3 -I blue "$BOB_LAN" >"$WORK/ping" ||
		fail "ping from blue $1: $(cat "$WORK/ping")"
	ping_over bob alice
}

# Outside any VRF there is no way to bob.
! on alice ping -q -n -W 1 -c 2 -i 0.05 -I blue "$BOB_LAN" >/dev/null || fail "sent around red"
same "tx_no_route" "$(drops alice tx_no_route)" 2
# What comes in needs no link: its SPI says whose it is.
on bob ping -q -n -W 1 -c 2 -i 0.05 -I "$BOB_LAN" "$ALICE_LAN" >/dev/null || true
same "packets received" "$(link_counter alice svti1 rx_packets)" 2

# The link is the VRF, or an interface in it.
ip -n alice link set svti1 type svti link red
both_ways "over red"
ip -n alice link set svti1 type svti link wire
both_ways "over wire"

# ICMP errors come into the VRF as well: the router's other wire takes less.
ip -n middle link set bob mtu 1300
! on alice ping -q -n -W 1 -c 1 -M do -s 1350 -I blue "$BOB_LAN" >ping || fail "1350 octets got through"
has "path MTU" "$(ip -n alice route get "$BOB" oif wire)" 'mtu 1300'
on alice ping -n -W 1 -c 2 -i 0.05 -M do -s 1350 -I blue "$BOB_LAN" >ping 2>&1 || true
has "ping" "$(cat ping)" 'mtu ?= ?1[0-9]+'
