# SPDX-License-Identifier: GPL-2.0-or-later
# test: a wrong guess of the group is corrected by INVALID_KE_PAYLOAD, both roles
role=$1
net_up
keyd_conf alice psk "ike=\"aes128gcm16-prfsha256-x25519, aes128gcm16-prfsha256-ecp256\"" \
	"initiator=$([ "$role" = initiator ] && echo true || echo false)"
case $role in
# strongSwan takes only what keyd does not send first.
initiator) swan_conf bob psk ike=aes128gcm16-prfsha256-ecp256 ;;
# strongSwan sends first what keyd does not take.
responder)
	keyd_conf alice psk ike=aes128gcm16-prfsha256-ecp256
	swan_conf bob psk ike=aes128gcm16-prfsha256-x25519,aes128gcm16-prfsha256-ecp256
	;;
esac
wire_listen
swan_start bob
keyd_start alice
[ "$role" = initiator ] || swan_initiate bob || fail "$(cat "$WORK/initiate")"
wait_up alice
ping_over alice bob
wire_close
at_least "INVALID_KE_PAYLOAD on the wire" \
	"$(tshark -r "$PCAP" -Y 'isakmp.notify.msgtype == 17' 2>/dev/null | wc -l)" 1
