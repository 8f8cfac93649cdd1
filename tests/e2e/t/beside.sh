# SPDX-License-Identifier: GPL-2.0-or-later
# test: xfrm's tunnels (policy, IPv6, in UDP, xfrmi, vti) and WireGuard's lose no packet beside svti, and none while it is unloaded and loaded; their path MTUs are theirs
# alone
net_up
others_up
for ns in alice bob; do
	# Where the offload modules look at ESP before any handler does.
	on "$ns" ethtool -K wire gro on
done
answerer bob 0.0.0.0
spawn_on answerer6 bob python3 "$GUEST/traffic.py" answer :: 7000
wait_log "$WORK/answerer6.log" ready

# Between addresses that xfrm uses as well.
svti_beside()
{
	svti_up alice bob
	svti_keys alice aes128gcm16
	svti_keys bob aes128gcm16
	ping_over alice bob
}

# And between those of vti, on the same device.
svti_second()
{
	ip -n "$1" addr replace "10.17.$4.1/32" dev lo
	ip -n "$1" route replace "10.17.$5.1" dev svti1 src "10.17.$4.1"
	make_key "17$4" 20
	on "$1" svtictl sa add dev svti1 dir out spi "0x170$4" src "$2" dst "$3" alg aes128gcm16 \
		key "$HEX" reqid 2
	make_key "17$5" 20
	on "$1" svtictl sa add dev svti1 dir in spi "0x170$5" src "$3" dst "$2" alg aes128gcm16 \
		key "$HEX" reqid 2
	on "$1" svtictl sp add dev svti1 dir out src "10.17.$4.1" dst "10.17.$5.1" reqid 2
	on "$1" svtictl sp add dev svti1 dir in src "10.17.$5.1" dst "10.17.$4.1" reqid 2
}

# The errors about a tunnel's packets reach who sent them, and nobody believes the others.
check_errors()
{
	same "path MTU for xfrm's SPI" "$(mtu_after bob "$BOB" "$ALICE" 0x1101 1301)" 1301
	same "path MTU for xfrmi's SPI" "$(mtu_after bob "$BOB" "$ALICE" 0x1201 1302)" 1302
	same "path MTU for vti's SPI" "$(mtu_after bob "$BOB2" "$ALICE2" 0x1301 1303)" 1303
	same "path MTU for an SPI of xfrm over IPv6" "$(mtu_after bob "$BOB6" "$ALICE6" 0x1601 1306)" 1306
	same "path MTU for an SPI of nobody" "$(mtu_after bob "$BOB" "$ALICE" 0x9999 1309)" ""
}

svti_unload
spawn_on steady alice python3 "$GUEST/traffic.py" steady 100 7000 $OTHERS
sleep 1
svti_load
svti_beside
svti_unload
same "devices left" "$(ip -n alice -o link show | grep -c svti)" 0
svti_load
svti_beside
svti_second alice "$ALICE2" "$BOB2" 1 2
svti_second bob "$BOB2" "$ALICE2" 2 1
on alice ping -q -n -i 0.05 -W 2 -c 3 -I 10.17.1.1 10.17.2.1 >ping || fail "$(cat ping)"
stop steady
[ "$STATUS" -eq 0 ] || fail "$(cat steady.log)"
same "tunnels that lost no packet" "$(grep -c ': 0 of' steady.log)" 6
check_errors
same "path MTU for svti's SPI" "$(mtu_after bob "$BOB" "$ALICE" "$SPI_TO_BOB" 1310)" 1310
same "path MTU for svti's SPI beside vti" "$(mtu_after bob "$BOB2" "$ALICE2" 0x1701 1311)" 1311
svti_unload
check_errors
same "path MTU for an SPI that was svti's" "$(mtu_after bob "$BOB" "$ALICE" "$SPI_TO_BOB" 1312)" ""
svti_load
