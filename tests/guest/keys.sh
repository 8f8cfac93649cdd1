# SPDX-License-Identifier: GPL-2.0-or-later
#
# Manual keys: the same pair of SAs for an svti device (svtictl) and for the kernel's own
# IPsec (ip xfrm). The algorithm has its IKE name.

SPI_TO_BOB=0x1001 SPI_TO_ALICE=0x2001

# make_key SEED OCTETS: sets HEX to a key that is another one for each seed.
make_key()
{
	local i state=1
	for ((i = 0; i < ${#1}; i++)); do
		printf -v HEX '%d' "'${1:i:1}"
		state=$(((state * 33 + HEX) & 0x7fffffff))
	done
	HEX=0x
	for ((i = 0; i < $2; i++)); do
		state=$(((state * 1103515245 + 12345) & 0x7fffffff))
		printf -v HEX '%s%02x' "$HEX" $((state >> 16 & 255))
	done
}

# key_hex SEED OCTETS: prints it.
key_hex()
{
	make_key "$@"
	echo "$HEX"
}

# cipher_key_len CIPHER: sets LEN to the octets of its key, the salt included.
cipher_key_len()
{
	local bits=${1#aes}
	bits=${bits%%[!0-9]*}
	case $1 in
	aes*gcm* | aes*ctr | aes*gmac) LEN=$((bits / 8 + 4)) ;;
	aes*ccm*) LEN=$((bits / 8 + 3)) ;;
	aes128 | aes192 | aes256) LEN=$((bits / 8)) ;;
	chacha20poly1305) LEN=36 ;;
	null) LEN=0 ;;
	*) fail "keys for $1 are not known here" ;;
	esac
}

# keys_of ALGORITHM SEED: sets KEY (empty for NULL) and AUTH_KEY (empty for a combined mode).
keys_of()
{
	AUTH_KEY= KEY=
	case $1 in
	*-sha256) make_key "auth $2" 32 && AUTH_KEY=$HEX ;;
	*-sha384) make_key "auth $2" 48 && AUTH_KEY=$HEX ;;
	*-sha512) make_key "auth $2" 64 && AUTH_KEY=$HEX ;;
	*-sha1) make_key "auth $2" 20 && AUTH_KEY=$HEX ;;
	*-aesxcbc | *-aescmac) make_key "auth $2" 16 && AUTH_KEY=$HEX ;;
	*-*) fail "keys for $1 are not known here" ;;
	esac
	cipher_key_len "${1%-*}"
	if [ "$LEN" -gt 0 ]; then
		make_key "$2" "$LEN"
		KEY=$HEX
	fi
}

# svti_sa NAMESPACE in|out SPI SRC DST ALGORITHM [OPTION...]: of reqid 1, unless there is another.
svti_sa()
{
	local ns=$1 dir=$2 spi=$3 src=$4 dst=$5 alg=$6
	shift 6
	[[ " $* " = *" reqid "* ]] || set -- reqid 1 "$@"
	keys_of "$alg" "$spi"
	on "$ns" svtictl sa add dev svti1 dir "$dir" spi "$spi" src "$src" dst "$dst" \
		alg "$alg" ${KEY:+key "$KEY"} ${AUTH_KEY:+auth-key "$AUTH_KEY"} "$@" ||
		fail "svtictl sa add refused in $ns"
}

# svti_keys NAMESPACE ALGORITHM [OPTION...]: both SAs and both policies of one side.
svti_keys()
{
	local ns=$1 alg=$2
	shift 2
	case $ns in
	alice)
		svti_sa alice out "$SPI_TO_BOB" "$ALICE" "$BOB" "$alg" "$@"
		svti_sa alice in "$SPI_TO_ALICE" "$BOB" "$ALICE" "$alg" "$@"
		;;
	bob)
		svti_sa bob out "$SPI_TO_ALICE" "$BOB" "$ALICE" "$alg" "$@"
		svti_sa bob in "$SPI_TO_BOB" "$ALICE" "$BOB" "$alg" "$@"
		;;
	esac
	svti_policies "$ns"
}

svti_policies()
{
	local ns=$1 here=$ALICE_NET there=$BOB_NET
	[ "$ns" = alice ] || { here=$BOB_NET there=$ALICE_NET; }
	on "$ns" svtictl sp add dev svti1 dir out src "$here" dst "$there" reqid 1 &&
		on "$ns" svtictl sp add dev svti1 dir in src "$there" dst "$here" reqid 1 ||
		fail "svtictl sp add refused in $ns"
}

# svti_pair [ALGORITHM [OPTION...]]: both sides with svti and manual keys.
svti_pair()
{
	net_up
	svti_up alice bob
	svti_keys alice "${@:-aes128gcm16}"
	svti_keys bob "${@:-aes128gcm16}"
}

# xfrm_keys NAMESPACE ALGORITHM on|off [STATE-OPTIONS]: the same side with the kernel's own IPsec. ESN:
# on or off. The addresses of the tunnel may be of IPv6.
xfrm_keys()
{
	local ns=$1 alg=$2 esn=$3 options=${4:-} via=via
	local here=$ALICE there=$BOB net=$ALICE_NET far=$BOB_NET lan=$ALICE_LAN
	local out=$SPI_TO_BOB in=$SPI_TO_ALICE
	if [ "$ns" = bob ]; then
		here=$BOB there=$ALICE net=$BOB_NET far=$ALICE_NET lan=$BOB_LAN
		out=$SPI_TO_ALICE in=$SPI_TO_BOB
	fi
	[[ $there != *:* ]] || via="via inet6" options="$options flag af-unspec"
	ip -n "$ns" -batch - <<-END || fail "ip xfrm refused in $ns"
		xfrm state add $(xfrm_state "$here" "$there" "$out" "$alg" "$esn") $options
		xfrm state add $(xfrm_state "$there" "$here" "$in" "$alg" "$esn") $options
		xfrm policy add src $net dst $far dir out $(xfrm_template "$here" "$there")
		xfrm policy add src $far dst $net dir in $(xfrm_template "$there" "$here")
		xfrm policy add src $far dst $net dir fwd $(xfrm_template "$there" "$here")
		route replace $far $via $there src $lan
	END
}

# xfrm_template SRC DST [REQID]
xfrm_template()
{
	echo "tmpl src $1 dst $2 proto esp reqid ${3:-1} mode tunnel"
}

# xfrm_state SRC DST SPI ALGORITHM on|off [REQID]
xfrm_state()
{
	local src=$1 dst=$2 spi=$3 flag=
	keys_of "$4" "$spi"
	[ "$5" = off ] || flag="flag esn"
	echo -n "src $src dst $dst proto esp spi $spi reqid ${6:-1} mode tunnel replay-window 64 $flag "
	xfrm_algorithm "$4"
}

# xfrm_algorithm ALGORITHM: as the kernel calls it, with $KEY and $AUTH_KEY.
xfrm_algorithm()
{
	local octets=${1##*[cg]cm}
	case $1 in
	aes*gcm*) echo "aead rfc4106(gcm(aes)) $KEY $((octets * 8))" ;;
	aes*ccm*) echo "aead rfc4309(ccm(aes)) $KEY $((octets * 8))" ;;
	aes*gmac) echo "aead rfc4543(gcm(aes)) $KEY 128" ;;
	chacha20poly1305) echo "aead rfc7539esp(chacha20,poly1305) $KEY 128" ;;
	aes*ctr-*) echo -n "enc rfc3686(ctr(aes)) $KEY " ;;
	aes*-*) echo -n "enc cbc(aes) $KEY " ;;
	null-*) echo -n 'enc ecb(cipher_null) "" ' ;;
	esac
	case $1 in
	*-sha1) echo "auth-trunc hmac(sha1) $AUTH_KEY 96" ;;
	*-sha256) echo "auth-trunc hmac(sha256) $AUTH_KEY 128" ;;
	*-sha384) echo "auth-trunc hmac(sha384) $AUTH_KEY 192" ;;
	*-sha512) echo "auth-trunc hmac(sha512) $AUTH_KEY 256" ;;
	*-aesxcbc) echo "auth-trunc xcbc(aes) $AUTH_KEY 96" ;;
	*-aescmac) echo "auth-trunc cmac(aes) $AUTH_KEY 96" ;;
	esac
}

# sa_field NAMESPACE in|out NAME: of the only SA in that direction.
sa_field()
{
	on "$1" svtictl --json sa show dev svti1 dir "$2" | python3 -c '
import json, sys
sa, = json.load(sys.stdin)
print(sa[sys.argv[1]])' "$3"
}
