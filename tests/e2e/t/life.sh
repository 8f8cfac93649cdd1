# SPDX-License-Identifier: GPL-2.0-or-later
# test: an SA warns at its soft limit and is gone at the hard one, and the packets behind wait for the next
net_up
svti_up alice bob
svti_policies alice
svti_policies bob
spawn_on monitor-alice alice svtictl --json monitor
spawn_on text bob svtictl monitor
spawn_on monitor-bob bob svtictl --json monitor
answerer bob "$BOB_LAN"
sleep 0.7
svti_sa alice in "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16 soft-seconds 1 hard-seconds 3600
svti_sa bob out "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16
svti_sa bob in "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16 soft-bytes 500 hard-bytes 100000
svti_sa alice out "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16 soft-packets 15 hard-packets 20
same "limits" "$(sa_field alice out limits)" "{'packets': {'soft': 15, 'hard': 20, 'left': 20}}"
has "sa show" "$(on alice svtictl sa show dir out)" 'packets: warning at 15, end at 20, 20 left'
spawn_on burst alice python3 "$GUEST/traffic.py" burst "$ALICE_LAN" "$BOB_LAN" 7000 30
wait_log "$WORK/monitor-alice.log" '"reason": *"packets".*"hard": *true'
wait_log "$WORK/monitor-alice.log" '"event": *"acquire"'
lacks "sa show" "$(on alice svtictl sa show)" 'dir out'
same "packets that bob got" "$(sa_field bob in packets)" 20
python3 - monitor-alice.log monitor-bob.log <<-END
	import json, sys
	alice, bob = ([json.loads(line) for line in open(name)] for name in sys.argv[1:])
	expired = [e for e in alice if e["event"] == "expire" and e["reason"] == "packets"]
	assert [e["hard"] for e in expired] == [False, True], expired
	soft, hard = expired
	assert all(e["spi"] == "0x00001001" and e["dir"] == "out" for e in expired), expired
	# CPUs that hold a lease may make it happen a little early, never late.
	assert 14 <= soft["packets"] <= 15 and 20 - 2 <= hard["packets"] <= 20, expired
	soft, = [e for e in bob if e["event"] == "expire"]
	assert (soft["reason"], soft["hard"], soft["spi"]) == ("bytes", False, "0x00001001"), soft
	asked = [e["event_seq"] for e in alice]
	assert asked == list(range(1, len(asked) + 1)), asked
END
wait_log "$WORK/text.log" 'expire, soft limit of bytes: svti1: dir in  spi 0x00001001'
# In good time a pair of fresh ones: the other ten were not lost.
svti_sa bob in 0x1003 "$ALICE" "$BOB" aes128gcm16
svti_sa alice out 0x1003 "$ALICE" "$BOB" aes128gcm16 hard-seconds 2
wait_log "$WORK/burst.log" '30 packets in order'
wait_log "$WORK/monitor-alice.log" '"reason": *"seconds".*"hard": *false'
wait_log "$WORK/monitor-alice.log" '"spi": *"0x00001003".*"reason": *"seconds".*"hard": *true'
same "SAs of alice" "$(sas_of alice)" 1
at_least "seconds left" "$(sa_field alice in limits | grep -o "'left': [0-9]*" | cut -c 9-)" 3500
# What makes no sense is refused by name.
refused "soft limit of bytes is beyond" svti_sa alice out 0x1004 "$ALICE" "$BOB" aes128gcm16 \
	soft-bytes 2 hard-bytes 1
refused "soft-packets" on alice svtictl sa add dev svti1 dir out spi 0x1004 src "$ALICE" dst "$BOB" \
	alg aes128gcm16 key "$(key_hex k 20)" soft-packets 0
