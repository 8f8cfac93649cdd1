# SPDX-License-Identifier: GPL-2.0-or-later
# test: what strongSwan offers wrongly is refused with the right notify, and nothing is installed
what=$1 role=$2
net_up
initiator=initiator=$([ "$role" = initiator ] && echo true || echo false)
case $what in
psk)
	keyd_conf alice psk "$initiator"
	swan_conf bob psk "secret=another secret altogether"
	reason='AUTHENTICATION_FAILED|pre-shared key'
	notify='AUTHENTICATION_FAILED|AUTH_FAILED'
	;;
proposal)
	keyd_conf alice psk "$initiator" ike=aes128gcm16-prfsha256-x25519
	swan_conf bob psk ike=aes256-sha256-ecp384
	reason='NO_PROPOSAL_CHOSEN|offered|wants'
	notify='NO_PROPOSAL_CHOSEN|NO_PROP'
	;;
child)
	keyd_conf alice psk "$initiator" esp=aes128gcm16
	swan_conf bob psk esp=aes256-sha256
	reason='NO_PROPOSAL_CHOSEN|offered|wants'
	notify='NO_PROPOSAL_CHOSEN|NO_PROP'
	;;
identity)
	keyd_conf alice psk "$initiator" 'remote-id="*.elsewhere.example"'
	swan_conf bob psk
	reason='elsewhere'
	notify='AUTHENTICATION_FAILED|AUTH_FAILED'
	;;
chain)
	# Each has a root that the other's chain does not lead to.
	pki_both "$WORK/pki"
	keyd_store alice "$WORK/pki/alice-chain.pem" "$WORK/pki/alice.key" root-b "$WORK/pki/root-a.pem"
	swan_certificates bob "$WORK/pki" b a
	keyd_conf alice cert "$initiator"
	swan_conf bob cert
	reason='AUTHENTICATION_FAILED|root-b|issuer'
	notify='AUTHENTICATION_FAILED|AUTH_FAILED'
	;;
esac
swan_start bob
keyd_start alice
if [ "$role" = responder ]; then
	! swan_initiate bob || fail "strongSwan has a tunnel"
fi
wait_log "$WORK/swan-bob/log" "$notify"
wait_log "$WORK/keyd-alice.log" "$reason"
is_down alice || fail "keyd says up: $(ctl alice show)"
same "SAs of alice" "$(sas_of alice)" 0
same "SAs of bob" "$(ip -n bob xfrm state list | wc -l)" 0
