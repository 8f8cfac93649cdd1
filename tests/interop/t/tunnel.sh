# SPDX-License-Identifier: GPL-2.0-or-later
# test: keyd and svti with strongSwan and xfrm: up, traffic both ways, protected
role=$1 auth=$2 ike=$3 esp=$4
meet "$role" "$auth" "$ike" "$esp"
answerer bob "$BOB_LAN"
answerer alice "$ALICE_LAN"
ping_over alice bob
ping_over bob alice
sweep alice bob 0-40,1300
transfer alice bob 100000
transfer bob alice 50000
wire_close
wire_protected
at_least "IKE messages" "$(wire_count 'udp port 500 or udp port 4500')" 4
