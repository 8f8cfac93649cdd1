# SPDX-License-Identifier: GPL-2.0-or-later
# test: svti with manual keys on both sides carries every size both ways, protected
alg=$1 esn=$2
svti_pair "$alg" esn "$esn"
wire_listen
answerer bob "$BOB_LAN"
answerer alice "$ALICE_LAN"
ping_over alice bob
ping_over bob alice
sweep alice bob 0-40,1300-1330
sweep bob alice 0-20,1000-1020
transfer alice bob 100000
wire_close
wire_protected
has "sa show" "$(on alice svtictl sa show dev svti1)" "alg $alg esn $esn"
at_least "packets of alice's outbound SA" "$(sa_field alice out packets)" 90
at_least "received by bob" "$(link_counter bob svti1 rx_packets)" 90
