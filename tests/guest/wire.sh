# SPDX-License-Identifier: GPL-2.0-or-later
#
# What crosses the wire: captures, and traffic with known contents (tests/guest/traffic.py).

IKE="udp port 500 or udp port 4500"
# Long IKE messages come in IP fragments; only the first one has the ports.
FRAGMENT="(udp and ip[6:2] & 0x1fff != 0)"

# How IPv6 finds its neighbours, and says what it listens to: ICMPv6 130 to 136, 143.
DISCOVERY="(icmp6 and ((ip6[40] >= 130 and ip6[40] <= 136) or ip6[40] = 143))
	or (ip6[6] = 0 and ip6[40] = 58)"

# ESP over IPv6 in several pieces.
PIECES="(ip6[6] = 44 and ip6[40] = 50)"

# wire_listen [FILE [END]]: capture until wire_close; default $WORK/wire.pcap, at bob's end.
wire_listen()
{
	PCAP=${1:-$WORK/wire.pcap}
	spawn_on tcpdump middle tcpdump -Z root --immediate-mode -U -s 0 -i "${2:-bob}" \
		-w "$PCAP"
	within 40 in_log "$WORK/tcpdump.log" "listening on" || fail "tcpdump does not start"
}

# wire_close: end the capture; all that came before is in $PCAP.
wire_close()
{
	sleep 0.3
	stop tcpdump INT
}

# wire_count FILTER: packets in the capture.
wire_count()
{
	tcpdump -r "$PCAP" -n "$1" 2>/dev/null | wc -l
}

# wire_protected [MARKER]: nothing but ESP, IKE and neighbour discovery crossed, ESP did, and no clear text.
wire_protected()
{
	local others
	others=$(tcpdump -r "$PCAP" -n "not (esp or $PIECES or arp or $DISCOVERY or $IKE or $FRAGMENT)" 2>/dev/null)
	[ -z "$others" ] || fail "not only ESP, IKE and neighbour discovery on the wire:
$(head -n 5 <<<"$others")"
	at_least "ESP packets on the wire" "$(wire_count esp)" 1
	[ -z "${1:-}" ] || wire_without "$1"
}

# wire_without MARKER: the text is nowhere in the capture.
wire_without()
{
	! grep -aqF -e "$1" "$PCAP" || fail "'$1' crossed the wire in clear text"
}

traffic()
{
	local ns=$1
	shift
	on "$ns" python3 "$GUEST/traffic.py" "$@"
}

# answerer NAMESPACE ADDRESS: echoes UDP, takes TCP transfers and answers with their digest.
answerer()
{
	spawn_on "answerer-$1" "$1" python3 "$GUEST/traffic.py" answer "$2" 7000
	within 40 in_log "$WORK/answerer-$1.log" ready || fail "no answerer in $1:
$(cat "$WORK/answerer-$1.log")"
}

# sweep FROM TO [SIZES]: UDP payloads of these sizes there and back, contents compared.
sweep()
{
	local ns=$1 to=$2
	case $ns:$to in
	alice:bob) set -- alice "$ALICE_LAN" "$BOB_LAN" "${3:-}" ;;
	bob:alice) set -- bob "$BOB_LAN" "$ALICE_LAN" "${3:-}" ;;
	esac
	traffic "$1" sweep "$2" "$3" 7000 "${4:-0-130,500-530,1200-1320}" >"$WORK/sweep" 2>&1 ||
		fail "sweep from $2 to $3: $(tail -n 3 "$WORK/sweep")"
}

# transfer FROM TO OCTETS: over TCP, the digest that the far end computes must be ours.
transfer()
{
	local ns=$1 to=$2
	case $ns:$to in
	alice:bob) set -- alice "$ALICE_LAN" "$BOB_LAN" "$3" ;;
	bob:alice) set -- bob "$BOB_LAN" "$ALICE_LAN" "$3" ;;
	esac
	traffic "$1" transfer "$2" "$3" 7000 "$4" >"$WORK/transfer" 2>&1 ||
		fail "transfer from $2 to $3: $(tail -n 3 "$WORK/transfer")"
}
