# SPDX-License-Identifier: GPL-2.0-or-later
# test: keyd --check names file, line, value and remedy of what is wrong, and fails
pki_both "$WORK/pki"
keyd_certificates "$WORK/pki"
check() { keyd --check "$WORK/alice/keyd.conf"; }
keyd_conf alice cert
check || fail "a good configuration is refused"
# wrong REGULAR-EXPRESSION KEY=VALUE...: written over a good one, it must be refused so.
wrong()
{
	local want=$1 status=0
	shift
	keyd_conf alice cert "$@"
	check >said 2>&1 || status=$?
	same "exit status for $*" "$status" 1
	has "keyd --check for $*" "$(cat said)" "keyd\.conf:[0-9]+"
	has "keyd --check for $*" "$(cat said)" "$want"
}
wrong "bogus" 'description="x" bogus = 5'
wrong "nobody" certificate=nobody
wrong "192\.168\.0\.999" local-address=192.168.0.999
wrong "10\.1\.0\.0/33" local-subnet=10.1.0.0/33
wrong "rot13" ike=rot13-sha256-x25519
wrong "des" esp=des-md5
wrong "telepathy" method=telepathy
wrong "nothere" ca=nothere
wrong "reauth-time|later|not" "description=\"x\"
    reauth-time = 3d"
# A private key that does not belong to the certificate.
cp "$WORK/pki/bob.key" "$WORK/alice/private/alice.pem"
chmod 600 "$WORK/alice/private/alice.pem"
wrong "alice\.pem: is not the key of the certificate; [a-z]"
cp "$WORK/pki/alice.key" "$WORK/alice/private/alice.pem"
chmod 600 "$WORK/alice/private/alice.pem"
# A bundle is no anchor.
cat "$WORK/pki/root-a.pem" "$WORK/pki/root-b.pem" >"$WORK/alice/ca/root-b.pem"
wrong "root-b"
cp "$WORK/pki/root-b.pem" "$WORK/alice/ca/root-b.pem"
# The same name twice, a file that does not parse, one that is not there.
keyd_conf alice cert
cat "$WORK/alice/keyd.conf" "$WORK/alice/keyd.conf" >twice
mv twice "$WORK/alice/keyd.conf"
refused "keyd\.conf:[0-9]+.*ipsec1" check
echo 'connection ipsec1 {' >"$WORK/alice/keyd.conf"
refused "keyd\.conf" check
rm "$WORK/alice/keyd.conf"
refused "keyd\.conf" check
