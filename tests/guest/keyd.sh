# SPDX-License-Identifier: GPL-2.0-or-later
#
# keyd in a namespace: its configuration directory is $WORK/NAMESPACE, laid out as /etc/svti is.

PSK="a secret that is only good for a test"

# keyd_certificates DIR: give both sides what they hold: their own chain and key, and of the
# other only the root.
keyd_certificates()
{
	keyd_store alice "$1/alice-chain.pem" "$1/alice.key" root-b "$1/root-b.pem"
	keyd_store bob "$1/bob-chain.pem" "$1/bob.key" root-a "$1/root-a.pem"
}

# keyd_store NAMESPACE CHAIN KEY CA-LABEL CA
keyd_store()
{
	local dir=$WORK/$1
	mkdir -p "$dir"/{certs,private,ca}
	chmod 700 "$dir/private"
	cp "$2" "$dir/certs/$1.pem"
	install -m 600 "$3" "$dir/private/$1.pem"
	cp "$5" "$dir/ca/$4.pem"
}

# keyd_conf NAMESPACE psk|cert [KEY=VALUE...]: write the configuration of connection ipsec1, with
# what differs from the usual; KEY= leaves a key out.
keyd_conf()
{
	local ns=$1 method=$2 pair
	shift 2
	declare -A c=([description]='"Site-to-site"' [interface]=svti1 [method]=$method)
	declare -A child=()
	case $ns in
	alice)
		c+=([local-address]=$ALICE [peer]=$BOB [initiator]=false)
		child+=([local-subnet]=$ALICE_NET [remote-subnet]=$BOB_NET)
		keyd_conf_auth "$method" alice bob b
		;;
	bob)
		c+=([local-address]=$BOB [peer]=$ALICE [initiator]=true)
		child+=([local-subnet]=$BOB_NET [remote-subnet]=$ALICE_NET)
		keyd_conf_auth "$method" bob alice a
		;;
	esac
	for pair; do
		case ${pair%%=*} in
		esp | local-subnet | remote-subnet) child[${pair%%=*}]=${pair#*=} ;;
		*) c[${pair%%=*}]=${pair#*=} ;;
		esac
	done
	mkdir -p "$WORK/$ns"
	keyd_conf_print >"$WORK/$ns/keyd.conf"
	chmod 600 "$WORK/$ns/keyd.conf"
}

# What identifies this side and the other (fills c of keyd_conf).
keyd_conf_auth()
{
	case $1 in
	psk) c+=([local-id]="$2.example" [remote-id]="$3.example" [secret]="\"$PSK\"") ;;
	cert)
		c+=([local-id]="\"CN=$2\"" [remote-id]="\"CN=$3\"" [certificate]=$2 [ca]=root-$4)
		;;
	esac
}

keyd_conf_print()
{
	local key
	echo "connection ipsec1 {"
	for key in description interface local-address peer initiator method certificate ca secret \
		local-id remote-id ike dpd-delay udp-encap; do
		[ -z "${c[$key]:-}" ] || echo "    $key = ${c[$key]}"
	done
	echo "    child net {"
	for key in esp local-subnet remote-subnet; do
		[ -z "${child[$key]:-}" ] || echo "        $key = ${child[$key]}"
	done
	echo "    }"
	echo "}"
}

# keyd_start NAMESPACE...: one after the other, each until it answers. Its log is $WORK/keyd-NAMESPACE.log.
keyd_start()
{
	local ns
	for ns; do
		spawn_on "keyd-$ns" "$ns" keyd -c "$WORK/$ns/keyd.conf" -s "$WORK/$ns/control"
		within 40 keyd_answers "$ns" || fail "keyd does not come up in $ns:
$(cat "$WORK/keyd-$ns.log")"
	done
}

keyd_answers()
{
	[ -S "$WORK/$1/control" ] && ctl "$1" show >/dev/null 2>&1
}

# ctl NAMESPACE COMMAND...: keydctl
ctl()
{
	local ns=$1
	shift
	keydctl -s "$WORK/$ns/control" "$@"
}

# keyd_stop NAMESPACE: orderly; it must end well.
keyd_stop()
{
	stop "keyd-$1"
	same "exit status of keyd in $1" "$STATUS" 0
}

is_up()
{
	ctl "$1" show | grep -qF "Up(Installed)"
}

is_down()
{
	! is_up "$1"
}

# wait_up NAMESPACE...: until the tunnel is up there, and the route into it is.
wait_up()
{
	local ns
	for ns; do
		within 60 is_up "$ns" || fail "no tunnel in $ns:
$(ctl "$ns" show)
$(cat "$WORK"/keyd-*.log)"
		svti_route "$ns"
	done
}

# keyd_log NAMESPACE: print its log.
keyd_log()
{
	cat "$WORK/keyd-$1.log"
}

# sas_of NAMESPACE: the number of SAs in its kernel.
sas_of()
{
	on "$1" svtictl --json sa show | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'
}

# keyd_pair psk|cert [KEY=VALUE...]: both sides up with the same extra settings.
keyd_pair()
{
	net_up
	if [ "$1" = cert ]; then
		pki_both "$WORK/pki"
		keyd_certificates "$WORK/pki"
	fi
	keyd_conf alice "$@"
	keyd_conf bob "$@"
	keyd_start alice bob
	wait_up alice bob
}

# dropped_by NAMESPACE: messages that its keyd dropped, for whatever reason.
dropped_by()
{
	ctl "$1" --json counters | python3 -c '
import json, sys
counters = json.load(sys.stdin)
counters = counters.get("counters", counters)
print(sum(value for name, value in counters.items() if name.startswith("drop_")))'
}

device_is_there()
{
	ip -n "$1" link show svti1 >/dev/null 2>&1
}
