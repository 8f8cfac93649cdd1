# SPDX-License-Identifier: GPL-2.0-or-later
# test: two keyds over IPv6, known by their addresses, with IPv4 and IPv6 in one Child SA
net_up
net_over6
keyd_conf alice psk local-id= remote-id= "local-subnet={$ALICE_NET, $ALICE_NET6}" \
	"remote-subnet={$BOB_NET, $BOB_NET6}"
keyd_conf bob psk local-id= remote-id= "local-subnet={$BOB_NET, $BOB_NET6}" \
	"remote-subnet={$ALICE_NET, $ALICE_NET6}"
wire_listen
keyd_start alice bob
wait_up alice bob
svti_routes6
answerer bob "$BOB_LAN,$BOB_LAN6"
ping_over alice bob
ping_over bob alice
sweep alice bob 0-9,1300
traffic alice sweep "$ALICE_LAN6" "$BOB_LAN6" 7000 0-9,1300 || fail "IPv6 through the tunnel"
traffic alice transfer "$ALICE_LAN6" "$BOB_LAN6" 7000 20000 || fail "TCP over IPv6"
wire_close
wire_protected
at_least "ESP over IPv6" "$(wire_count "ip6 proto 50")" 60
at_least "IKE over IPv6" "$(wire_count "ip6 and udp port 500")" 4
same "what came over IPv4" "$(wire_count ip)" 0
same "SAs of alice" "$(sas_of alice)" 2
has "what keyd shows" "$(ctl alice show ipsec1)" "fd01::"
