# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two gateways and the wire between them:
#
#   10.1.0.1/24 [alice] 192.168.0.1 ---- wire ---- 192.168.0.2 [bob] 10.2.0.1/24
#
# Each namespace has a device "wire"; its private network is the device "lan". With
# net_lan_hosts a host of its own lives in each private network. The wire itself is a bridge in
# the namespace "middle": what is captured there is what crossed it, whereas the kernel shows
# what xfrm decrypted once more on the device that it came in through.

ALICE=192.168.0.1 BOB=192.168.0.2
ALICE_LAN=10.1.0.1 BOB_LAN=10.2.0.1
ALICE_NET=10.1.0.0/24 BOB_NET=10.2.0.0/24
ALICE_HOST=10.1.0.2 BOB_HOST=10.2.0.2
# The same with IPv6, after net_wire6 and net_lan6.
ALICE6=fd00::1 BOB6=fd00::2
ALICE_LAN6=fd01::1 BOB_LAN6=fd02::1
ALICE_NET6=fd01::/64 BOB_NET6=fd02::/64

# net_up: make both gateways with a wire; the private networks are dummy devices.
net_up()
{
	net_wire
	ip -n alice -batch - <<-END
		link add lan type dummy
		addr add $ALICE_LAN/24 dev lan
		link set lan up
	END
	ip -n bob -batch - <<-END
		link add lan type dummy
		addr add $BOB_LAN/24 dev lan
		link set lan up
	END
}

# The wire carries nothing that a test did not send: no IPv6 solicitations of its own.
net_wire()
{
	ip -batch - <<-END
		netns add alice
		netns add bob
		netns add middle
		link add wire netns alice type veth peer name alice netns middle
		link add wire netns bob type veth peer name bob netns middle
	END
	ip -n middle -batch - <<-END
		link add bridge type bridge mcast_snooping 0
		link set bridge addrgenmode none
		link set alice addrgenmode none
		link set bob addrgenmode none
		link set alice master bridge
		link set bob master bridge
		link set alice up
		link set bob up
		link set bridge up
	END
	ip -n alice -batch - <<-END
		link set lo up
		link set wire addrgenmode none
		addr add $ALICE/24 dev wire
		link set wire up
	END
	ip -n bob -batch - <<-END
		link set lo up
		link set wire addrgenmode none
		addr add $BOB/24 dev wire
		link set wire up
	END
}

# net_routed: the same with a router in the middle, whose devices are "alice" and "bob":
#
#   [alice] 192.168.0.1/24 ---- 192.168.0.254 [middle] 192.168.2.254 ---- 192.168.2.2/24 [bob]
net_routed()
{
	BOB=192.168.2.2
	ip -batch - <<-END
		netns add alice
		netns add bob
		netns add middle
		link add wire netns alice type veth peer name alice netns middle
		link add wire netns bob type veth peer name bob netns middle
	END
	ip -n middle -batch - <<-END
		link set alice addrgenmode none up
		link set bob addrgenmode none up
		addr add 192.168.0.254/24 dev alice
		addr add 192.168.2.254/24 dev bob
	END
	on middle sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
	net_gateway alice "$ALICE" "$ALICE_LAN" 192.168.0.254
	net_gateway bob "$BOB" "$BOB_LAN" 192.168.2.254
}

# net_gateway NAMESPACE ADDRESS LAN-ADDRESS NEXT-HOP
net_gateway()
{
	ip -n "$1" -batch - <<-END
		link set lo up
		link set wire addrgenmode none
		addr add $2/24 dev wire
		link set wire up
		link add lan type dummy
		addr add $3/24 dev lan
		link set lan up
		route add default via $4
	END
}

# net_over6: after net_up, the tunnel is over IPv6 and carries both families.
net_over6()
{
	net_wire6
	net_lan6
	ALICE=$ALICE6 BOB=$BOB6
}

# net_wire6: IPv6 addresses on the wire as well.
net_wire6()
{
	ip -n alice addr add "$ALICE6/64" dev wire nodad
	ip -n bob addr add "$BOB6/64" dev wire nodad
}

# net_lan6: and on the private networks.
net_lan6()
{
	ip -n alice addr add "$ALICE_LAN6/64" dev lan nodad
	ip -n bob addr add "$BOB_LAN6/64" dev lan nodad
}

# net_nat GATEWAY: behind the wire's middle, which is a NAT now. Its own address is $INSIDE; for
# the other one it is where it was. Each mapping has another port.
INSIDE=192.168.9.2
net_nat()
{
	local outside=$ALICE
	[ "$1" = alice ] || outside=$BOB
	ip -n "$1" -batch - <<-END
		addr flush dev wire
		addr add $INSIDE/24 dev wire
		route add default via ${INSIDE%.*}.1
	END
	ip -n middle -batch - <<-END
		link set $1 nomaster
		addr add ${INSIDE%.*}.1/24 dev $1
		addr add $outside/24 dev bridge
	END
	on middle nft -f - <<-END
		table ip nat {
			chain out {
				type nat hook postrouting priority 100;
				oifname "bridge" masquerade random
			}
		}
	END
	net_nat_idle 60
	on middle sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}

# net_nat_idle SECONDS: until an idle mapping is forgotten, from its next packet on.
net_nat_idle()
{
	local file
	for file in udp_timeout udp_timeout_stream; do
		on middle sh -c "echo $1 >/proc/sys/net/netfilter/nf_conntrack_$file"
	done
}

# net_nat_forget FROM TO: the NAT forgets its mappings; a ping is the last that goes through them.
net_nat_forget()
{
	net_nat_idle 1
	answers "$1" "$2" || fail "no answer from $2"
	sleep 3
	net_nat_idle 60
}

# net_lan_hosts: the same with a host in each private network: namespaces alice-lan, bob-lan.
net_lan_hosts()
{
	net_wire
	net_lan alice "$ALICE_LAN" "$ALICE_HOST"
	net_lan bob "$BOB_LAN" "$BOB_HOST"
}

net_lan()
{
	ip -batch - <<-END
		netns add $1-lan
		link add lan netns $1 type veth peer name lan netns $1-lan
	END
	ip -n "$1" -batch - <<-END
		addr add $2/24 dev lan
		link set lan up
	END
	ip -n "$1-lan" -batch - <<-END
		link set lo up
		addr add $3/24 dev lan
		link set lan up
		route add default via $2
	END
	on "$1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}

# svti_up NAMESPACE...: the device, and the route to the other side's private network.
svti_up()
{
	local ns
	for ns; do
		ip -n "$ns" link add svti1 type svti || fail "cannot add svti1 in $ns"
		svti_route "$ns"
	done
}

svti_route()
{
	case $1 in
	alice) set -- alice "$BOB_NET" "$ALICE_LAN" ;;
	bob) set -- bob "$ALICE_NET" "$BOB_LAN" ;;
	esac
	ip -n "$1" -batch - <<-END
		link set svti1 up
		route replace $2 dev svti1 src $3
	END
}

# svti_routes6: and for IPv6, at both ends.
svti_routes6()
{
	ip -n alice route replace "$BOB_NET6" dev svti1 src "$ALICE_LAN6"
	ip -n bob route replace "$ALICE_NET6" dev svti1 src "$BOB_LAN6"
}

# net_down: whatever runs in a namespace ends, then the namespaces go.
net_down()
{
	local ns pids
	for ns in $(ip netns list | cut -d' ' -f1); do
		pids=$(ip netns pids "$ns")
		[ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
		ip netns del "$ns"
	done
}

# ping_over FROM TO [COUNT]: every one must be answered.
ping_over()
{
	case $1:$2 in
	alice:bob) set -- alice "$ALICE_LAN" "$BOB_LAN" "${3:-3}" ;;
	bob:alice) set -- bob "$BOB_LAN" "$ALICE_LAN" "${3:-3}" ;;
	esac
	on "$1" ping -q -n -i 0.05 -W 2 -c "$4" -I "$2" "$3" >"$WORK/ping" 2>&1 ||
		fail "ping from $2 to $3: $(tail -n 3 "$WORK/ping")"
	grep -q " $4 received" "$WORK/ping" || fail "ping lost packets: $(tail -n 3 "$WORK/ping")"
}

# answers FROM TO: one ping does come back.
answers()
{
	local from=$ALICE_LAN to=$BOB_LAN
	[ "$1" = alice ] || from=$BOB_LAN to=$ALICE_LAN
	on "$1" ping -q -n -W 1 -c 1 -I "$from" "$to" >/dev/null 2>&1
}

# no_ping FROM TO [COUNT]: none may come back.
no_ping()
{
	case $1:$2 in
	alice:bob) set -- alice "$ALICE_LAN" "$BOB_LAN" "${3:-3}" ;;
	bob:alice) set -- bob "$BOB_LAN" "$ALICE_LAN" "${3:-3}" ;;
	esac
	! on "$1" ping -q -n -i 0.05 -W 1 -c "$4" -I "$2" "$3" >"$WORK/ping" 2>&1 ||
		fail "ping from $2 to $3 was answered: $(tail -n 3 "$WORK/ping")"
}

# link_counter NAMESPACE DEVICE FIELD: such as tx_dropped.
link_counter()
{
	ip netns exec "$1" cat "/sys/class/net/$2/statistics/$3"
}

# drops NAMESPACE REASON: a drop counter of svti1 by its name.
drops()
{
	local value
	value=$(on "$1" ethtool -S svti1 | sed -n "s/^ *$2: //p")
	[ -n "$value" ] || fail "svti1 has no counter '$2'"
	echo "$value"
}

# gone NAMESPACE: is svti1 not there any more?
gone()
{
	! ip -n "$1" link show svti1 >/dev/null 2>&1
}
