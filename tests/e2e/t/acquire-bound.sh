# SPDX-License-Identifier: GPL-2.0-or-later
# test: the queue of packets without an SA is bounded; what falls out is counted
net_up
svti_up alice
svti_policies alice
traffic alice flood "$ALICE_LAN" "$BOB_LAN" 7000 2 >flood
at_least "packets that fell out of the queue" "$(drops alice tx_acquire_overflow)" 100
ip -n alice link del svti1
