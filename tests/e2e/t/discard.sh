# SPDX-License-Identifier: GPL-2.0-or-later
# test: a discard policy drops and counts what it selects and nothing else
svti_pair
answerer bob "$BOB_LAN"
on alice svtictl sp add dev svti1 dir out src "$ALICE_NET" dst "$BOB_NET" proto icmp \
	priority 10 action discard
wire_listen
no_ping alice bob
wire_close
same "packets on the wire" "$(wire_count 'not arp')" 0
at_least "drops by policy" "$(drops alice tx_policy_discard)" 3
sweep alice bob 0-5
# Inbound too, by port.
on bob svtictl sp add dev svti1 dir in proto udp dport 7000-7001 priority 10 action discard
SVTI_PATIENCE=3 refused "no answer" traffic alice sweep "$ALICE_LAN" "$BOB_LAN" 7000 4
at_least "inbound drops by policy" "$(drops bob rx_policy_discard)" 1
transfer alice bob 10000
