# SPDX-License-Identifier: GPL-2.0-or-later
# test: packets that wait at a wide policy go out when a narrower one comes that has an SA
net_up
svti_up alice bob
svti_keys bob aes128gcm16
answerer bob "$BOB_LAN"
on alice svtictl sp add dev svti1 dir out priority 2000 reqid 9 || fail "no wide policy"
spawn_on monitor alice svtictl --json monitor
sleep 0.7
spawn_on burst alice python3 "$GUEST/traffic.py" burst "$ALICE_LAN" "$BOB_LAN" 7000 20
wait_log "$WORK/monitor.log" '"reqid": *9'
# As a daemon would: the SAs under a reqid of their own, and the policies that use it.
svti_sa alice in "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16
svti_sa alice out "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16
on alice svtictl sp add dev svti1 dir in src "$BOB_NET" dst "$ALICE_NET" reqid 1 &&
	on alice svtictl sp add dev svti1 dir out src "$ALICE_NET" dst "$BOB_NET" reqid 1 ||
	fail "no narrow policies"
wait_log "$WORK/burst.log" '20 packets in order'
