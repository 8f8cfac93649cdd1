# SPDX-License-Identifier: GPL-2.0-or-later
# test: IPv4 and IPv6 inside and outside, all at once in one device, to and from xfrm, to the edges
alg=$1 esn=$2
net_up
net_wire6
ip -n alice link add svti1 mtu 1500 type svti
ip -n alice link set svti1 up
modprobe -a esp4 esp6 xfrm6_tunnel
edge_of() # OUTER-ADDRESS: the largest inner packet that fits the wire's 1500 octets
{
	local outer=20 iv=8 icv=16 block=4
	[[ $1 != *:* ]] || outer=40
	[[ $alg = *gcm16 ]] || iv=16 block=16
	echo $(((1500 - outer - 8 - iv - icv) / block * block - 2))
}
# host NAMESPACE ADDRESS: an address of a private network.
host()
{
	local len=32
	[[ $2 != *:* ]] || len="128 nodad"
	ip -n "$1" addr add $2/$len dev lan
}
# combination NUMBER ALICE BOB ALICE-HOST BOB-HOST: SAs and policies at both ends
combination()
{
	local there=0x1000$1 back=0x2000$1 len=32
	[[ $4 != *:* ]] || len=128
	host alice "$4"
	host bob "$5"
	svti_sa alice out "$there" "$2" "$3" "$alg" esn "$esn" reqid "$1"
	svti_sa alice in "$back" "$3" "$2" "$alg" esn "$esn" reqid "$1"
	on alice svtictl sp add dev svti1 dir out src "$4/$len" dst "$5/$len" reqid "$1"
	on alice svtictl sp add dev svti1 dir in src "$5/$len" dst "$4/$len" reqid "$1"
	ip -n alice route add "$5/$len" dev svti1 src "$4"
	# A state for inner packets of whatever family.
	ip -n bob -batch - <<-END || fail "ip xfrm refused combination $1"
		xfrm state add $(xfrm_state "$2" "$3" "$there" "$alg" "$esn" "$1") flag af-unspec
		xfrm state add $(xfrm_state "$3" "$2" "$back" "$alg" "$esn" "$1") flag af-unspec
		xfrm policy add src $5/$len dst $4/$len dir out $(xfrm_template "$3" "$2" "$1")
		xfrm policy add src $4/$len dst $5/$len dir in $(xfrm_template "$2" "$3" "$1")
	END
	if [ "$len" = 32 ]; then
		ip -n bob route add "$4/$len" via "$ALICE" src "$5"
	else
		ip -n bob route add "$4/$len" via "$ALICE6" src "$5"
	fi
}
combination 1 "$ALICE" "$BOB" 10.11.1.1 10.11.2.1
combination 2 "$ALICE" "$BOB" fd11:1::1 fd11:2::1
combination 3 "$ALICE6" "$BOB6" 10.12.1.1 10.12.2.1
combination 4 "$ALICE6" "$BOB6" fd12:1::1 fd12:2::1
answerer bob 10.11.2.1,fd11:2::1,10.12.2.1,fd12:2::1
answerer alice 10.11.1.1,fd11:1::1,10.12.1.1,fd12:1::1
wire_listen
exchange() # NUMBER ALICE ALICE-HOST BOB-HOST
{
	local header=28 edge
	edge=$(edge_of "$2")
	[[ $3 != *:* ]] || header=48
	edge=$((edge - header))
	# IPv4 that may be fragmented is, outside.
	[[ $3 = *:* ]] || on alice ping -q -M dont -c 1 -W 5 -s $((edge + 1)) -I "$3" "$4" ||
		fail "combination $1, one octet too many"
	traffic alice sweep "$3" "$4" 7000 "0-17,1200,$((edge - 9))-$edge" ||
		fail "combination $1, from alice"
	traffic bob sweep "$4" "$3" 7000 "0-5,1200,$edge" || fail "combination $1, from bob"
	traffic alice transfer "$3" "$4" 7000 40000 || fail "combination $1, TCP"
	# One octet more is answered with what would have fitted.
	refused "mtu[ :=]+$((edge + header))" on alice ping -M "do" -c 1 -W 2 -s $((edge + 1)) -I "$3" "$4"
}
exchange 1 "$ALICE" 10.11.1.1 10.11.2.1
exchange 2 "$ALICE" fd11:1::1 fd11:2::1
exchange 3 "$ALICE6" 10.12.1.1 10.12.2.1
exchange 4 "$ALICE6" fd12:1::1 fd12:2::1
wire_close
wire_protected
for end in "$ALICE" "$BOB" "$ALICE6" "$BOB6"; do
	at_least "ESP from $end" "$(wire_count "esp and src $end")" 100
done
at_least "packets of a wrong size" "$(drops alice tx_too_big)" 4
same "what else alice dropped" "$(on alice ethtool -S svti1 | grep -v tx_too_big | grep -c ': [^0]')" 0
# 1280 octets of IPv6 must get through (RFC 8200 5), also where ESP leaves them less.
echos()
{
	on bob sed -n 's/^Icmp6InEchos *//p' /proc/net/snmp6
}
ip -n bob link set wire mtu 1280
ip -n alice link set wire mtu 1280
before=$(echos)
on alice ping -q -M "do" -c 1 -W 1 -s 1232 -I fd11:1::1 fd11:2::1 || true
on alice ping -q -M "do" -c 1 -W 1 -s 1232 -I fd12:1::1 fd12:2::1 || true
same "packets of 1280 octets that bob got" $(($(echos) - before)) 2
refused "mtu[ :=]+1280" on alice ping -M "do" -c 1 -W 2 -s 1233 -I fd11:1::1 fd11:2::1
refused "mtu[ :=]+1280" on alice ping -M "do" -c 1 -W 2 -s 1233 -I fd12:1::1 fd12:2::1
