# SPDX-License-Identifier: GPL-2.0-or-later
# test: a packet without an SA asks once, waits in the queue, and goes out in order when the SA comes
net_up
svti_up alice bob
svti_policies alice
svti_keys bob aes128gcm16
answerer bob "$BOB_LAN"
spawn_on monitor alice svtictl --json monitor
spawn_on text alice svtictl monitor
sleep 0.7
# The policies are there, the SAs are not: these wait.
spawn_on burst alice python3 "$GUEST/traffic.py" burst "$ALICE_LAN" "$BOB_LAN" 7000 20
wait_log "$WORK/monitor.log" '"event": *"acquire"'
wait_log "$WORK/text.log" 'acquire'
has "the event" "$(cat "$WORK/monitor.log")" '"src": *"10\.1\.0\.1"'
has "the event" "$(cat "$WORK/monitor.log")" '"dst": *"10\.2\.0\.1"'
has "the event" "$(cat "$WORK/monitor.log")" '"dport": *7000'
has "the event" "$(cat "$WORK/monitor.log")" '"reqid": *1'
# One question for all of them; the same again, with growing pauses, while it has no answer.
events=$(grep -c acquire "$WORK/monitor.log")
[ "$events" -le 6 ] || fail "20 packets asked $events times"
svti_sa alice in "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16
svti_sa alice out "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16
wait_log "$WORK/burst.log" '20 packets in order'
