# SPDX-License-Identifier: GPL-2.0-or-later
# test: ESP to and from the kernel's own xfrm, every size both ways, contents compared
alg=$1 esn=$2
net_up
svti_up alice
svti_keys alice "$alg" esn "$esn"
xfrm_keys bob "$alg" "$esn"
answerer bob "$BOB_LAN"
answerer alice "$ALICE_LAN"
wire_listen
sweep alice bob 0-140,1200-1320
sweep bob alice 0-70,1300-1320
transfer alice bob 100000
transfer bob alice 50000
wire_close
wire_protected
