# SPDX-License-Identifier: GPL-2.0-or-later
# test: the module unloads under traffic both ways, loads again and works
# alone
svti_pair
answerer bob "$BOB_LAN"
answerer alice "$ALICE_LAN"
spawn_on flood1 alice python3 "$GUEST/traffic.py" flood "$ALICE_LAN" "$BOB_LAN" 7000 4
spawn_on flood2 bob python3 "$GUEST/traffic.py" flood "$BOB_LAN" "$ALICE_LAN" 7000 4
sleep 1.5
svti_unload
same "devices left" "$(ip -n alice -o link show | grep -c svti)" 0
svti_load
svti_up alice bob
svti_keys alice aes128gcm16
svti_keys bob aes128gcm16
ping_over alice bob
