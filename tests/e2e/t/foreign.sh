# SPDX-License-Identifier: GPL-2.0-or-later
# test: xfrm's own tunnel loses no packet while svti is unloaded and loaded again under its traffic
# alone
net_up
xfrm_keys alice aes128gcm16 on
xfrm_keys bob aes128gcm16 on
ping_over alice bob
spawn_on ping alice ping -q -n -i 0.02 -c 250 -W 3 -I "$ALICE_LAN" "$BOB_LAN"
svti_unload
sleep 1
svti_load
sleep 0.5
svti_unload
svti_load
svti_up alice
wait_log "$WORK/ping.log" '250 packets transmitted, 250 received'
