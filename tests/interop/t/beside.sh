# SPDX-License-Identifier: GPL-2.0-or-later
# test: strongSwan's own tunnel (ESP in UDP) loses no packet beside svti, which shares its port 4500, nor while svti is unloaded and loaded
# alone
net_up
for ns in alice bob; do
	swan_conf "$ns" psk encap=yes
	swan_start "$ns"
done
swan_initiate alice || fail "strongSwan: $(cat initiate)"
swan_wait alice
swan_wait bob
answerer bob 0.0.0.0
wire_listen

# svti's tunnel between the same hosts, 10.3.0.1 to 10.4.0.1; its ESP comes out of charon's socket.
svti_beside()
{
	svti_side alice "$ALICE" "$BOB" "$SPI_TO_BOB" "$SPI_TO_ALICE" 10.3.0.1 10.4.0.1
	svti_side bob "$BOB" "$ALICE" "$SPI_TO_ALICE" "$SPI_TO_BOB" 10.4.0.1 10.3.0.1
	traffic alice sweep 10.3.0.1 10.4.0.1 7000 0-20,1300,1380-1390 >sweep || fail "$(cat sweep)"
}

# svti_side NAMESPACE HERE THERE SPI-OUT SPI-IN OWN FAR
svti_side()
{
	ip -n "$1" -batch - <<-END
		addr replace $6/32 dev lo
		link add svti1 type svti
		link set svti1 up
		route replace $7 dev svti1 src $6
	END
	svti_sa "$1" out "$4" "$2" "$3" aes128gcm16 encap 4500:4500
	svti_sa "$1" in "$5" "$3" "$2" aes128gcm16 encap 4500:4500
	on "$1" svtictl sp add dev svti1 dir out src "$6" dst "$7" reqid 1
	on "$1" svtictl sp add dev svti1 dir in src "$7" dst "$6" reqid 1
}

spawn_on steady alice python3 "$GUEST/traffic.py" steady 100 7000 "$ALICE_LAN>$BOB_LAN"
svti_beside
svti_unload
svti_load
svti_beside
# New SPIs for strongSwan, under the same traffic.
swan alice --rekey --child net >rekey 2>&1 || fail "strongSwan: $(cat rekey)"
sleep 1
stop steady
[ "$STATUS" -eq 0 ] || fail "$(cat steady.log)"
wire_close
same "packets that are neither ESP in UDP nor ARP" \
	"$(wire_count "not (udp port 4500 or arp or $FRAGMENT)")" 0
svti_unload
svti_load
