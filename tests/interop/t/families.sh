# SPDX-License-Identifier: GPL-2.0-or-later
# test: keyd and svti with strongSwan and xfrm over IPv6, with IPv4 and IPv6 in one Child SA
initiator=false
net_up
net_over6
[ "$1" = responder ] || initiator=true
keyd_conf alice psk "initiator=$initiator" "local-subnet={$ALICE_NET, $ALICE_NET6}" \
	"remote-subnet={$BOB_NET, $BOB_NET6}"
swan_conf bob psk "local_ts=$BOB_NET,$BOB_NET6" "remote_ts=$ALICE_NET,$ALICE_NET6"
wire_listen
swan_start bob
ip -n bob route replace "$ALICE_NET6" via "$ALICE6" src "$BOB_LAN6"
keyd_start alice
[ "$1" = initiator ] || swan_initiate bob || fail "strongSwan: $(cat "$WORK/initiate")
$(keyd_log alice)"
wait_up alice
swan_wait bob
ip -n alice route replace "$BOB_NET6" dev svti1 src "$ALICE_LAN6"
answerer bob "$BOB_LAN,$BOB_LAN6"
ping_over alice bob
ping_over bob alice
sweep alice bob 0-9,1300
traffic alice sweep "$ALICE_LAN6" "$BOB_LAN6" 7000 0-9,1300 || fail "IPv6 through the tunnel"
traffic alice transfer "$ALICE_LAN6" "$BOB_LAN6" 7000 50000 || fail "TCP over IPv6"
wire_close
wire_protected
at_least "ESP over IPv6" "$(wire_count "ip6 proto 50")" 60
same "what came over IPv4" "$(wire_count ip)" 0
