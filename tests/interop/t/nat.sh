# SPDX-License-Identifier: GPL-2.0-or-later
# test: through a NAT: detected, port 4500, ESP in UDP, and the peer is found again when it moves
role=$1
meet_nat "$role"
answerer bob "$BOB_LAN"
answerer alice "$ALICE_LAN"
ping_over alice bob
ping_over bob alice
sweep alice bob 0-20,1300
# Who is behind it is the next to say something.
if [ "$role" = initiator ]; then
	net_nat_forget alice bob
	within 20 answers alice bob || fail "strongSwan did not follow its peer"
else
	net_nat_forget bob alice
	within 20 answers bob alice || fail "nobody answers after the move"
	within 10 in_log "$WORK/keyd-alice.log" "moved it to" || fail "keyd did not follow its peer:
$(keyd_log alice)"
	ping_over alice bob
fi
wire_close
same "plain ESP" "$(wire_count esp)" 0
same "packets that are not IKE, ESP in UDP, ARP or ICMP" "$(wire_count "not (arp or icmp or $IKE)")" 0
at_least "ESP in UDP" "$(wire_count 'udp port 4500 and udp[8:4] != 0')" 40
