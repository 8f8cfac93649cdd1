# SPDX-License-Identifier: GPL-2.0-or-later
# test: two keyds find the NAT between them, encapsulate, keep its mapping alive, or do so when told
net_up
case $1 in
behind)
	net_nat bob
	keyd_conf alice psk peer=any
	keyd_conf bob psk "local-address=$INSIDE"
	;;
forced)
	keyd_conf alice psk
	keyd_conf bob psk udp-encap=yes
	;;
esac
wire_listen
keyd_start alice bob
wait_up alice bob
answerer bob "$BOB_LAN"
ping_over bob alice
ping_over alice bob
sweep alice bob 0-10,1300
if [ "$1" = behind ]; then
	has "keepalive of bob" "$(on bob svtictl sa show)" "keepalive"
	net_nat_forget bob alice
	within 20 answers bob alice || fail "nobody answers after the move"
	within 10 in_log "$WORK/keyd-alice.log" "moved it to" || fail "alice did not follow bob:
$(keyd_log alice)"
	ping_over alice bob
fi
wire_close
same "plain ESP" "$(wire_count esp)" 0
same "packets that are not IKE, ESP in UDP, ARP or ICMP" "$(wire_count "not (arp or icmp or $IKE)")" 0
at_least "ESP in UDP" "$(wire_count 'udp port 4500 and udp[8:4] != 0')" 20
