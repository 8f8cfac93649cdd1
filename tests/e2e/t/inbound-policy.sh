# SPDX-License-Identifier: GPL-2.0-or-later
# test: a well protected packet that no inbound policy allows is dropped and counted
svti_pair
ping_over alice bob
on bob svtictl sp flush dev svti1 dir in
no_ping alice bob
at_least "drops for want of an inbound policy" "$(drops bob rx_no_policy)" 3
# Neither does a policy for other addresses let it in, nor one with another reqid.
on bob svtictl sp add dev svti1 dir in src 10.9.0.0/24 dst "$BOB_NET" reqid 1
no_ping alice bob
on bob svtictl sp add dev svti1 dir in src "$ALICE_NET" dst "$BOB_NET" reqid 7
no_ping alice bob
at_least "drops for want of an inbound policy" "$(drops bob rx_no_policy)" 6
at_least "drops of packets that came through another SA" "$(drops bob rx_policy_mismatch)" 3
on bob svtictl sp add dev svti1 dir in src "$ALICE_NET" dst "$BOB_NET" reqid 1 priority 1
ping_over alice bob
