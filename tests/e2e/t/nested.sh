# SPDX-License-Identifier: GPL-2.0-or-later
# test: a tunnel of svti's carries another tunnel of svti's, every size
# alone
how=$1
[ "$how" != async ] || async_on "$ASYNC_GCM"
svti_pair
# svti2 between addresses that are reached through svti1.
for ns in alice bob; do
	ip -n "$ns" link add svti2 type svti
	ip -n "$ns" link set svti2 up
done
ip -n alice -batch - <<-END
	addr add 10.3.0.1/32 dev lo
	route add 10.4.0.1 dev svti2 src 10.3.0.1
END
ip -n bob -batch - <<-END
	addr add 10.4.0.1/32 dev lo
	route add 10.3.0.1 dev svti2 src 10.4.0.1
END
# pair NAMESPACE OUT IN HERE THERE
pair()
{
	make_key "$2" 20
	on "$1" svtictl sa add dev svti2 dir out spi "$2" src "$4" dst "$5" alg aes128gcm16 key "$HEX" reqid 1
	make_key "$3" 20
	on "$1" svtictl sa add dev svti2 dir in spi "$3" src "$5" dst "$4" alg aes128gcm16 key "$HEX" reqid 1
	on "$1" svtictl sp add dev svti2 dir out reqid 1
	on "$1" svtictl sp add dev svti2 dir in reqid 1
}
pair alice 0x3001 0x3002 "$ALICE_LAN" "$BOB_LAN"
pair bob 0x3002 0x3001 "$BOB_LAN" "$ALICE_LAN"
[ "$how" != async ] || async_used "$ASYNC_GCM" 8
answerer bob 0.0.0.0
wire_listen
traffic alice sweep 10.3.0.1 10.4.0.1 7000 0-20,1280-1300
traffic alice transfer 10.3.0.1 10.4.0.1 7000 50000 >/dev/null
wire_close
wire_protected
at_least "packets sent by the inner tunnel" "$(link_counter alice svti2 tx_packets)" 80
at_least "packets sent by the outer tunnel" "$(link_counter alice svti1 tx_packets)" 80
[ "$how" != async ] || async_off
