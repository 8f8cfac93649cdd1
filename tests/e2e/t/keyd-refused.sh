# SPDX-License-Identifier: GPL-2.0-or-later
# test: a peer that is wrong is refused by the right notify and one line with the reason
what=$1
net_up
case $what in
psk)
	keyd_conf alice psk
	keyd_conf bob psk 'secret="some other secret"'
	notify=AUTHENTICATION_FAILED
	;;
identity)
	keyd_conf alice psk remote-id=carol.example
	keyd_conf bob psk
	notify=AUTHENTICATION_FAILED
	;;
chain)
	# Alice trusts her own root here; bob's chain does not lead to it.
	pki_both "$WORK/pki"
	keyd_certificates "$WORK/pki"
	cp "$WORK/pki/root-a.pem" "$WORK/alice/ca/root-b.pem"
	keyd_conf alice cert
	keyd_conf bob cert
	notify=AUTHENTICATION_FAILED
	;;
certificate-identity)
	# Bob says that he is carol; his certificate does not.
	pki_both "$WORK/pki"
	pki_issue "$WORK/pki" int-b carol "CN=carol"
	cat "$WORK/pki/carol.pem" "$WORK/pki/int-b.pem" >"$WORK/pki/bob-chain.pem"
	cp "$WORK/pki/carol.key" "$WORK/pki/bob.key"
	keyd_certificates "$WORK/pki"
	keyd_conf alice cert
	keyd_conf bob cert 'local-id="CN=carol"'
	notify=AUTHENTICATION_FAILED
	;;
proposal)
	keyd_conf alice psk ike=aes128gcm16-prfsha256-x25519
	keyd_conf bob psk ike=aes256-sha256-ecp384
	notify=NO_PROPOSAL_CHOSEN
	;;
child)
	keyd_conf alice psk esp=aes128gcm16
	keyd_conf bob psk esp=aes256-sha256
	notify=NO_PROPOSAL_CHOSEN
	;;
selectors)
	keyd_conf alice psk
	keyd_conf bob psk local-subnet=10.77.0.0/24
	notify=TS_UNACCEPTABLE
	;;
esac
keyd_start alice bob
wait_log "$WORK/keyd-bob.log" "$notify"
reason=$(grep -c . "$WORK/keyd-alice.log")
at_least "lines in alice's log" "$reason" 1
is_down alice || fail "alice says up: $(ctl alice show)"
is_down bob || fail "bob says up: $(ctl bob show)"
same "SAs of alice" "$(on alice svtictl --json sa show | tr -d '[:space:]')" "[]"
same "SAs of bob" "$(on bob svtictl --json sa show | tr -d '[:space:]')" "[]"
has "alice's log" "$(keyd_log alice)" "$2"
lacks "the logs" "$(keyd_log alice) $(keyd_log bob)" "some other secret|only good for a test"
