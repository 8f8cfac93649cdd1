# SPDX-License-Identifier: GPL-2.0-or-later
# test: policies tell ICMP types and ports apart; of those that overlap priority decides, then specificity
net_up
svti_up alice bob
svti_sa alice out "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16
svti_sa alice in "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16
svti_sa bob in "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16
svti_sa bob out "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16
# Alice may ask, and Bob may answer.
on alice svtictl batch - <<-END
	sp add dev svti1 dir out src $ALICE_NET dst $BOB_NET proto icmp type 8 reqid 1
	sp add dev svti1 dir in  src $BOB_NET dst $ALICE_NET proto icmp type 0 code 0 reqid 1
END
on bob svtictl batch - <<-END
	sp add dev svti1 dir in  src $ALICE_NET dst $BOB_NET proto icmp type 8 code 0-5 reqid 1
	sp add dev svti1 dir out src $BOB_NET dst $ALICE_NET proto icmp type 0-3 reqid 1
END
has "sp show" "$(on alice svtictl sp show)" 'proto icmp type 8$'
has "sp show" "$(on bob svtictl sp show)" 'proto icmp type 8 code 0-5$'
has "sp show" "$(on bob svtictl --json sp show | tr -d '[:space:]')" \
	'"type":{"min":0,"max":3},"code":{"min":0,"max":255}'
ping_over alice bob
no_ping bob alice 1
at_least "echo requests of bob, which he may not send" "$(drops bob tx_no_policy)" 1
# A narrower one of the same priority goes before, a smaller number before all.
on alice svtictl sp add dev svti1 dir out src "$ALICE_NET" dst "$BOB_LAN" proto icmp \
	type 8 code 0 action discard
no_ping alice bob 1
at_least "drops by the narrower policy" "$(drops alice tx_policy_discard)" 1
on alice svtictl sp add dev svti1 dir out priority 5 reqid 1
ping_over alice bob
# A range of ports is narrower than no ports, one port than a range; a protocol, than none.
answerer bob "$BOB_LAN"
on bob svtictl batch - <<-END
	sp add dev svti1 dir in src $ALICE_NET dst $BOB_NET reqid 1 action protect
	sp add dev svti1 dir in src $ALICE_NET dst $BOB_NET proto udp action discard
	sp add dev svti1 dir in src $ALICE_NET dst $BOB_NET proto udp dport 6000-7999 reqid 1
	sp add dev svti1 dir in src $ALICE_NET dst $BOB_NET proto udp dport 7001 action discard
	sp add dev svti1 dir out src $BOB_NET dst $ALICE_NET proto udp sport 6999-7000 reqid 1
END
on alice svtictl sp add dev svti1 dir in src "$BOB_NET" dst "$ALICE_NET" proto udp sport 7000 reqid 1
sweep alice bob 0-3
same "discarded by bob" "$(drops bob rx_policy_discard)" 0
on alice ping -q -c 1 -W 2 -I "$ALICE_LAN" "$BOB_LAN" >/dev/null || fail "no ping beside UDP"
for port in 7001 5999; do
	spawn_on "to$port" alice python3 "$GUEST/traffic.py" sweep "$ALICE_LAN" "$BOB_LAN" $port 5
done
discarded() { [ "$(drops bob rx_policy_discard)" -eq 2 ]; }
within 40 discarded || fail "bob discarded $(drops bob rx_policy_discard) of 2 packets"
stop to7001
stop to5999
