# SPDX-License-Identifier: GPL-2.0-or-later
# test: the tracepoint svti:svti_drop tells device, reason, SPI and addresses of each packet that is dropped
svti_pair
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
# An instance of its own, and room: other tests drop packets as well.
trace=/sys/kernel/tracing/instances/svti-test
mkdir "$trace"
trap 'echo 0 >"$trace/events/enable"; rmdir "$trace"' EXIT
echo 1 >"$trace/events/svti/svti_drop/enable"
echo 8192 >"$trace/buffer_size_kb"
echo 1 >"$trace/events/skb/kfree_skb/enable"
traced() { grep -qE -e "$1" "$trace/trace"; }
# Before there is an SA: what the inner packet was.
ip -n alice route add 10.9.0.0/24 dev svti1
on alice ping -q -n -c 1 -W 1 -I "$ALICE_LAN" 10.9.0.77 >/dev/null || true
within 40 traced 'svti_drop: dev=svti1 reason=tx_no_policy spi=0x00000000 proto=1 src=10.1.0.1:2048 dst=10.9.0.77:2048' ||
	fail "not traced: $(grep svti_drop "$trace/trace")"
traced 'kfree_skb:.*reason: XFRM_POLICY' || fail "kfree_skb has no reason of ours"
echo 0 >"$trace/events/skb/kfree_skb/enable"
# On an SA: its SPI, and the addresses outside, which may be somebody else's.
wire_listen "$WORK/seen.pcap"
ping_over alice bob 2
wire_close
traffic alice resend wire seen.pcap "$ALICE" same >/dev/null
within 40 traced "svti_drop: dev=svti1 reason=rx_replayed spi=0x00001001 proto=50 src=$ALICE:0 dst=$BOB:0" ||
	fail "not traced: $(grep svti_drop "$trace/trace")"
# After decryption: the inner packet, and by which SA it came.
on bob svtictl sp add dev svti1 dir in src "$ALICE_NET" dst "$BOB_NET" proto udp dport 4711 \
	priority 1 action discard
spawn_on to4711 alice python3 "$GUEST/traffic.py" sweep "$ALICE_LAN" "$BOB_LAN" 4711 9
within 40 traced 'svti_drop: dev=svti1 reason=rx_policy_discard spi=0x00001001 proto=17 src=10.1.0.1:[0-9]+ dst=10.2.0.1:4711' ||
	fail "not traced: $(grep svti_drop "$trace/trace")"
stop to4711
# One line for each packet that was counted, of those that only this test has.
same "lines of rx_replayed" "$(grep -cE "rx_replayed spi=0x00001001 .*src=$ALICE:0" "$trace/trace")" \
	"$(drops bob rx_replayed)"
# Off is off.
echo 0 >"$trace/events/svti/svti_drop/enable"
lines=$(grep -c svti_drop "$trace/trace")
on alice ping -q -n -c 1 -W 1 -I "$ALICE_LAN" 10.9.0.77 >/dev/null || true
same "lines after it was switched off" "$(grep -c svti_drop "$trace/trace")" "$lines"
