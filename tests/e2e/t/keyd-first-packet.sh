# SPDX-License-Identifier: GPL-2.0-or-later
# test: traffic brings the tunnel up, and its very first packet is not lost
net_up
keyd_conf alice psk
keyd_conf bob psk initiator=false
keyd_start alice bob
within 30 device_is_there alice || fail "alice's keyd makes no svti1"
within 30 device_is_there bob || fail "bob's keyd makes no svti1"
svti_route alice
svti_route bob
is_down bob || fail "the tunnel is up before there is traffic"
answerer alice "$ALICE_LAN"
traffic bob burst "$BOB_LAN" "$ALICE_LAN" 7000 10 >burst 2>&1 || fail "$(cat burst)
$(keyd_log bob)"
is_up bob || fail "$(ctl bob show)"
ping_over alice bob
