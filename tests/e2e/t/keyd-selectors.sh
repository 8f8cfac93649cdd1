# SPDX-License-Identifier: GPL-2.0-or-later
# test: protocols, ports, ICMP types and OPAQUE are negotiated, and become policies that hold
net_up
keyd_conf alice psk \
	"local-subnet={$ALICE_NET[icmp/0], $ALICE_NET[udp/7000], $ALICE_NET[udp/opaque]}" \
	"remote-subnet={$BOB_NET[icmp/8], $BOB_NET[udp]}"
keyd_conf bob psk \
	"local-subnet={$BOB_NET[icmp/8], $BOB_NET[udp]}" \
	"remote-subnet={$ALICE_NET[icmp/0], $ALICE_NET[udp/7000], $ALICE_NET[udp/opaque]}"
keyd_start alice bob
wait_up alice bob
answerer alice "$ALICE_LAN"
answerer bob "$BOB_LAN"
has "show" "$(ctl alice show ipsec1)" '10\.1\.0\.0/24\[icmp/0\]'
has "show" "$(ctl bob show ipsec1)" '10\.1\.0\.0/24\[udp/7000\].*10\.1\.0\.0/24\[udp/opaque\]'
has "sp show" "$(on alice svtictl sp show)" 'dir out src 10.1.0.0/24 dst 10.2.0.0/24 proto icmp type 0$'
has "sp show" "$(on alice svtictl sp show)" 'dir in  src 10.2.0.0/24 dst 10.1.0.0/24 proto icmp type 8$'
has "sp show" "$(on bob svtictl sp show)" 'proto udp dport opaque'
# Bob asks and Alice answers, not the other way round; port 7000 is Alice's; fragments go both ways.
ping_over bob alice
no_ping alice bob 1
sweep bob alice 0-2,4000
at_least "echo requests of alice, which she may not send" "$(drops alice tx_no_policy)" 1
spawn_on to7000 alice python3 "$GUEST/traffic.py" sweep "$ALICE_LAN" "$BOB_LAN" 7000 1
dropped() { [ "$(drops alice tx_no_policy)" -ge 2 ]; }
within 40 dropped || fail "alice sent from another port: $(on alice ethtool -S svti1)"
stop to7000
