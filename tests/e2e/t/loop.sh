# SPDX-License-Identifier: GPL-2.0-or-later
# test: each packet of a circle of two devices is sent four times and then dropped
# alone
how=$1
[ "$how" != async ] || async_on "$ASYNC_GCM"
net_up

# device NAME SPI PEER: sends to a peer that is behind the other device.
device()
{
	make_key "$2" 20
	ip -n alice link add "$1" type svti
	ip -n alice link set "$1" up
	[ "$how:$1" = acquire:svti2 ] || sa "$@"
	on alice svtictl sp add dev "$1" dir out reqid 1
}

sa()
{
	make_key "$2" 20
	on alice svtictl sa add dev "$1" dir out spi "$2" src "$ALICE" dst "$3" \
		alg aes128gcm16 key "$HEX" reqid 1
}

sent()
{
	[ "$(($(link_counter alice svti1 tx_packets) + $(link_counter alice svti2 tx_packets)))" -ge "$1" ]
}

device svti1 0x1001 192.168.9.1
device svti2 0x1002 192.168.9.2
ip -n alice -batch - <<-END
	route add 192.168.9.1 dev svti2
	route add 192.168.9.2 dev svti1
	route add $BOB_NET dev svti1 src $ALICE_LAN
END
[ "$how" != async ] || async_used "$ASYNC_GCM" 2
on alice ping -q -n -i 0.02 -W 1 -c 5 -M dont -I "$ALICE_LAN" "$BOB_LAN" >/dev/null || true
if [ "$how" = acquire ]; then
	same "packets sent before there is an SA" "$(link_counter alice svti1 tx_packets)" 5
	sa svti2 0x1002 192.168.9.2
fi
within 5 sent 20 || fail "the packets did not go round"
sleep 0.5
same "packets sent by svti1" "$(link_counter alice svti1 tx_packets)" 10
same "packets sent by svti2" "$(link_counter alice svti2 tx_packets)" 10
same "packets dropped as nested too deep" "$(drops alice tx_nested_too_deep)" 5
[ "$how" != async ] || async_off
