# SPDX-License-Identifier: GPL-2.0-or-later
# test: a device without a policy for it sends nothing and counts the drop
net_up
svti_up alice bob
wire_listen
# Without any policy it has no carrier; with one for others, it is asked and says no.
no_ping alice bob
on alice svtictl sp add dev svti1 dir out src "$ALICE_NET" dst 10.9.0.0/24 reqid 1
no_ping alice bob
wire_close
same "packets on the wire" "$(wire_count 'not arp')" 0
at_least "drops for want of a policy" "$(drops alice tx_no_policy)" 3
