# SPDX-License-Identifier: GPL-2.0-or-later
# test: a tunnel deleted on one side is gone on both, and comes back when asked for
side=$1
meet responder psk aes128gcm16-prfsha256-x25519 aes128gcm16
ping_over alice bob
case $side in
keyd)
	ctl alice down ipsec1
	within 30 swan_empty bob || fail "strongSwan keeps it: $(swan bob --list-sas)"
	;;
strongswan)
	swan bob --terminate --ike net >terminate 2>&1 || fail "$(cat terminate)"
	;;
shutdown)
	keyd_stop alice
	within 30 swan_empty bob || fail "strongSwan keeps it: $(swan bob --list-sas)"
	same "SAs of alice" "$(sas_of alice)" 0
	keyd_start alice
	;;
esac
within 30 is_down alice || fail "keyd keeps it: $(ctl alice show)"
same "SAs of alice" "$(sas_of alice)" 0
same "SAs of bob" "$(ip -n bob xfrm state list | wc -l)" 0
if [ "$side" = keyd ]; then
	# What was taken down stays down, also under traffic; what was lost comes back with it.
	no_ping alice bob
	ctl alice up ipsec1
else
	swan_initiate bob || fail "$(cat "$WORK/initiate")"
fi
wait_up alice
ping_over alice bob
