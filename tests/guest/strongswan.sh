# SPDX-License-Identifier: GPL-2.0-or-later
#
# strongSwan in a namespace: a charon of its own with its own configuration, socket and log below
# $WORK/swan-NAMESPACE. It uses the kernel's xfrm.

# All that pre-shared keys and certificates need: an explicit list starts in 1 s instead of 10.
SWAN_PLUGINS="random nonce openssl sha2 hmac kdf gcm aes pem pkcs1 pkcs8 x509 pubkey constraints
	curve25519 kernel-netlink socket-default vici updown"

# swan_conf NAMESPACE psk|cert [KEY=VALUE...]: ike, esp (proposals), secret, remote (identity),
# dpd (delay), encap (yes: ESP in UDP although there is no NAT), local_ts, remote_ts, here (its own
# address).
swan_conf()
{
	local ns=$1 method=$2 dir=$WORK/swan-$1 pair
	local here=$ALICE there=$BOB net=$ALICE_NET far=$BOB_NET peer=bob
	if [ "$ns" = bob ]; then
		here=$BOB there=$ALICE net=$BOB_NET far=$ALICE_NET peer=alice
	fi
	shift 2
	declare -A o=([ike]=aes128gcm16-prfsha256-x25519 [esp]=aes128gcm16 [secret]=$PSK [dpd]=0s [encap]=no
		[local_ts]=$net [remote_ts]=$far)
	o[remote]=$peer.example
	[ "$method" = psk ] || o[remote]="CN=$peer"
	for pair; do
		o[${pair%%=*}]=${pair#*=}
	done
	here=${o[here]:-$here}
	mkdir -p "$dir"/swanctl/{x509,x509ca,private}
	swan_daemon_conf "$dir" >"$dir/strongswan.conf"
	{
		swan_connection "$method"
		swan_auth "$method" "$ns"
		swan_child
		echo "} }"
		[ "$method" != psk ] || echo "secrets { ike-1 { secret = \"${o[secret]}\" } }"
	} >"$dir/swanctl/swanctl.conf"
}

swan_daemon_conf()
{
	cat <<-END
		charon-systemd {
			load = $(echo $SWAN_PLUGINS)
			filelog {
				log {
					path = $1/log
					default = 1
					cfg = 2
					flush_line = yes
				}
			}
			plugins {
				vici {
					socket = unix://$1/vici
				}
			}
			retransmit_tries = 3
			retransmit_timeout = 2.0
		}
		swanctl {
			load = random nonce openssl pem pkcs1 pkcs8 x509 pubkey
		}
	END
}

swan_connection()
{
	cat <<-END
		connections { net {
			version = 2
			local_addrs = $here
			remote_addrs = $there
			proposals = ${o[ike]}
			dpd_delay = ${o[dpd]}
			encap = ${o[encap]}
			mobike = no
			rekey_time = 0
	END
}

swan_auth()
{
	local auth=psk id=$2.example certs=
	if [ "$1" = cert ]; then
		auth=pubkey id="CN=$2" certs="certs = $2.pem"
	fi
	cat <<-END
			local {
				auth = $auth
				id = "$id"
				$certs
			}
			remote {
				auth = $auth
				id = "${o[remote]}"
			}
	END
}

swan_child()
{
	cat <<-END
			children { net {
				local_ts = ${o[local_ts]}
				remote_ts = ${o[remote_ts]}
				esp_proposals = ${o[esp]}
				rekey_time = 0
			} }
	END
}

# swan_certificates NAMESPACE DIR LETTER OTHER-LETTER: its chain and key, and the other's root.
swan_certificates()
{
	local store=$WORK/swan-$1/swanctl
	mkdir -p "$store"/{x509,x509ca,private}
	cp "$2/$1.pem" "$store/x509/"
	cp "$2/int-$3.pem" "$2/root-$4.pem" "$store/x509ca/"
	cp "$2/$1.key" "$store/private/"
}

# swan_start NAMESPACE
swan_start()
{
	local ns=$1 dir=$WORK/swan-$1
	spawn_on "swan-$ns" "$ns" env "STRONGSWAN_CONF=$dir/strongswan.conf" \
		"SWANCTL_DIR=$dir/swanctl" /usr/sbin/charon-systemd
	within 60 test -S "$dir/vici" || fail "charon does not come up in $ns:
$(cat "$WORK/swan-$ns.log" "$dir/log" 2>&1 | tail -n 20)"
	swan "$ns" --load-all --noprompt >"$dir/load" 2>&1 || fail "swanctl: $(cat "$dir/load")"
	swan_route "$ns"
}

# swan NAMESPACE SWANCTL-OPTION...
swan()
{
	local dir=$WORK/swan-$1 verb=$2
	shift 2
	SWANCTL_DIR=$dir/swanctl STRONGSWAN_CONF=$dir/strongswan.conf \
		swanctl "$verb" --uri "unix://$dir/vici" "$@"
}

# The private network behind the peer is reached from the own one.
swan_route()
{
	local via=via
	[[ $BOB != *:* ]] || via="via inet6"
	case $1 in
	alice) ip -n alice route replace "$BOB_NET" $via "$BOB" src "$ALICE_LAN" ;;
	bob) ip -n bob route replace "$ALICE_NET" $via "$ALICE" src "$BOB_LAN" ;;
	esac
}

# swan_initiate NAMESPACE
swan_initiate()
{
	swan "$1" --initiate --child net --timeout 40 >"$WORK/initiate" 2>&1
}

swan_installed()
{
	swan "$1" --list-sas | grep -q "net: .*INSTALLED"
}

swan_empty()
{
	[ -z "$(swan "$1" --list-sas)" ]
}

# swan_wait NAMESPACE: until its Child SA is installed.
swan_wait()
{
	within 40 swan_installed "$1" || fail "strongSwan has no tunnel in $1:
$(tail -n 30 "$WORK/swan-$1/log")"
}

liveness_seen()
{
	[ "$(grep -c "parsed INFORMATIONAL response" "$WORK/swan-bob/log")" -ge 2 ]
}

# meet_nat initiator|responder: the same with a pre-shared key, and a NAT in front of who begins.
meet_nat()
{
	local role=$1 initiator=false
	net_up
	if [ "$role" = initiator ]; then
		initiator=true
		net_nat alice
		keyd_conf alice psk initiator=true "local-address=$INSIDE"
		swan_conf bob psk
	else
		net_nat bob
		keyd_conf alice psk peer=any
		swan_conf bob psk "here=$INSIDE"
		ALICE=${INSIDE%.*}.1 # the way there
	fi
	wire_listen
	swan_start bob
	keyd_start alice
	[ "$role" = initiator ] || swan_initiate bob || fail "strongSwan: $(cat "$WORK/initiate")
$(keyd_log alice)"
	wait_up alice
	swan_wait bob
}

# meet initiator|responder psk|ecdsa|rsa IKE-PROPOSAL ESP-PROPOSAL: keyd and svti are alice, in
# that role, strongSwan and xfrm are bob; a capture runs from before the first message.
meet()
{
	local role=$1 method=psk initiator=false
	net_up
	if [ "$2" != psk ]; then
		method=cert
		pki_both "$WORK/pki" "$2"
		keyd_certificates "$WORK/pki"
		swan_certificates bob "$WORK/pki" b a
	fi
	[ "$role" = responder ] || initiator=true
	keyd_conf alice "$method" "ike=$3" "esp=$4" "initiator=$initiator"
	swan_conf bob "$method" "ike=$3" "esp=$4"
	wire_listen
	swan_start bob
	keyd_start alice
	[ "$role" = initiator ] || swan_initiate bob || fail "strongSwan: $(cat "$WORK/initiate")
$(keyd_log alice)"
	wait_up alice
	swan_wait bob
}
