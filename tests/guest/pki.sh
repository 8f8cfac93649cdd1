# SPDX-License-Identifier: GPL-2.0-or-later
#
# Public key infrastructures made on the spot with GnuTLS certtool: root -> issuing CA -> end.

# pki_key FILE [TYPE]: ecdsa (default), ed25519 or rsa.
pki_key()
{
	case ${2:-ecdsa} in
	rsa) set -- "$1" rsa --bits 2048 ;;
	ecdsa) set -- "$1" ecdsa --curve secp256r1 ;;
	*) set -- "$1" "$2" ;;
	esac
	(umask 077 && certtool --generate-privkey --key-type "${@:2}" --no-text --outfile "$1" \
		2>"$1.said") || fail "certtool: $(cat "$1.said")"
	rm -f "$1.said"
}

# pki_root DIR NAME SUBJECT [TYPE]: DIR/NAME.pem and its key DIR/NAME.key.
pki_root()
{
	local dir=$1 name=$2
	pki_key "$dir/$name.key" "${4:-}"
	printf '%s\n' "dn = \"$3\"" 'expiration_days = 3650' ca cert_signing_key crl_signing_key \
		>"$dir/$name.template"
	pki_certtool --generate-self-signed --load-privkey "$dir/$name.key" \
		--template "$dir/$name.template" --outfile "$dir/$name.pem"
}

# pki_issue DIR CA NAME SUBJECT [TYPE [TEMPLATE-LINE...]]: a certificate that DIR/CA signs; with
# the line "ca" an issuing CA.
pki_issue()
{
	local dir=$1 ca=$2 name=$3 subject=$4 type=${5:-}
	shift 4
	[ $# -eq 0 ] || shift
	pki_key "$dir/$name.key" "$type"
	printf '%s\n' "dn = \"$subject\"" 'expiration_days = 365' "$@" >"$dir/$name.template"
	case " $* " in
	*" ca "*) printf '%s\n' cert_signing_key crl_signing_key >>"$dir/$name.template" ;;
	*) echo signing_key >>"$dir/$name.template" ;;
	esac
	pki_certtool --generate-certificate --load-privkey "$dir/$name.key" \
		--load-ca-certificate "$dir/$ca.pem" --load-ca-privkey "$dir/$ca.key" \
		--template "$dir/$name.template" --outfile "$dir/$name.pem"
}

pki_certtool()
{
	certtool --no-text "$@" 2>"$WORK/certtool" || fail "certtool: $(cat "$WORK/certtool")"
}

# pki_side DIR LETTER END [TYPE]: root-LETTER -> int-LETTER -> CN=END, with the name END.example.
pki_side()
{
	local dir=$1 letter=$2 end=$3 type=${4:-ecdsa}
	mkdir -p "$dir"
	pki_root "$dir" "root-$letter" "CN=Root-${letter^^} CA" "$type"
	pki_issue "$dir" "root-$letter" "int-$letter" "CN=Issuing-${letter^^} CA" "$type" ca
	pki_issue "$dir" "int-$letter" "$end" "CN=$end" "$type" "dns_name = \"$end.example\""
	cat "$dir/$end.pem" "$dir/int-$letter.pem" >"$dir/$end-chain.pem"
}

# pki_both DIR [TYPE]: both sides; made once in a guest for each type, and copied.
pki_both()
{
	local store=/run/work/pki-${2:-ecdsa}
	(
		flock 9
		if [ ! -e "$store/done" ]; then
			pki_side "$store" a alice "${2:-}"
			pki_side "$store" b bob "${2:-}"
			touch "$store/done"
		fi
	) 9>"$store.lock"
	mkdir -p "$1"
	cp -p "$store"/* "$1/"
}
