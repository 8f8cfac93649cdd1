# SPDX-License-Identifier: GPL-2.0-or-later
# test: each refusal of the kernel is an errno and a sentence, and leaves nothing behind
net_up
svti_up alice
gcm="alg aes128gcm16 key $(key_hex k 20)"
ends="src $ALICE dst $BOB"
sa() { on alice svtictl sa add "$@"; }
refused "nothere" sa dev nothere dir out spi 0x1001 $ends $gcm
refused "not an svti|no svti|svti device" sa dev wire dir out spi 0x1001 $ends $gcm
refused "SPI|spi" sa dev svti1 dir out spi 0 $ends $gcm
refused "SPI|spi|256" sa dev svti1 dir in spi 255 src "$BOB" dst "$ALICE" $gcm
refused "key" sa dev svti1 dir out spi 0x1001 $ends alg aes128gcm16 key "$(key_hex k 16)"
refused "key" sa dev svti1 dir out spi 0x1001 $ends alg aes256gcm16 key "$(key_hex k 20)"
refused "key|integrity" sa dev svti1 dir out spi 0x1001 $ends alg aes128-sha256 \
	key "$(key_hex k 16)" auth-key "$(key_hex a 20)"
refused "replay" sa dev svti1 dir in spi 0x1002 src "$BOB" dst "$ALICE" $gcm replay-window 8193
same "SAs after refusals" "$(on alice svtictl --json sa show dev svti1 | tr -d '[:space:]')" "[]"
# SPIs of received packets are looked up without the device: one holder in a namespace.
sa dev svti1 dir in spi 0x1002 src "$BOB" dst "$ALICE" $gcm
refused "SPI|spi|exist" sa dev svti1 dir in spi 0x1002 src "$BOB" dst "$ALICE" $gcm
ip -n alice link add svti2 type svti
refused "SPI|spi|exist" sa dev svti2 dir in spi 0x1002 src "$BOB" dst "$ALICE" $gcm
refused "no|not" on alice svtictl sa del dev svti1 dir in spi 0x9999
refused "no|not" on alice svtictl sp del dev svti1 index 4711
refused "reqid" on alice svtictl sp add dev svti1 dir out reqid 1 action discard
refused "change the route" on alice svtictl sp add dev svti1 dir out action bypass
refused "Ports need a protocol" on alice svtictl sp add dev svti1 dir out dport 53
refused "Ports need a protocol" on alice svtictl sp add dev svti1 dir out proto gre dport 53
refused "need a protocol: give one" on alice svtictl sp add dev svti1 dir out dport opaque
refused "leave out one" on alice svtictl sp add dev svti1 dir out proto udp sport 5 dport opaque
on alice svtictl sp add dev svti1 dir out src "$ALICE_NET" dst "$BOB_NET" reqid 1
refused "Policy [0-9]+ has" on alice svtictl sp add dev svti1 dir out src "$ALICE_NET" \
	dst "$BOB_NET" reqid 1
on alice svtictl sa flush dev svti1
on alice svtictl sp flush dev svti1
same "SAs after flush" "$(on alice svtictl --json sa show dev svti1 | tr -d '[:space:]')" "[]"
same "policies after flush" "$(on alice svtictl --json sp show dev svti1 | tr -d '[:space:]')" "[]"
# Without the right nothing is configured, and nothing is listened to.
refused "permitted|Permission|CAP_NET_ADMIN" on alice setpriv --bounding-set=-all --inh-caps=-all \
	--reuid=65534 --clear-groups --regid=65534 svtictl sp add dev svti1 dir out reqid 1
