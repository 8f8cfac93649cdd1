# SPDX-License-Identifier: GPL-2.0-or-later
#
# Small words that every script in the guest uses. A script that goes on is a script whose
# checks held: the first that does not ends it with a sentence on standard error.

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

# on NAMESPACE COMMAND...: sees the network of the namespace, but not its /sys, which makes it
# three times as fast to start as with "ip netns exec".
on()
{
	local ns=$1
	shift
	nsenter "--net=/run/netns/$ns" "$@"
}

# same WHAT GOT WANTED
same()
{
	[ "$2" = "$3" ] || fail "$1 is '$2', expected '$3'"
}

# at_least WHAT GOT MINIMUM
at_least()
{
	[ "${2:-0}" -ge "$3" ] 2>/dev/null || fail "$1 is '$2', expected at least $3"
}

# has WHAT TEXT REGULAR-EXPRESSION
has()
{
	grep -qE -e "$3" <<<"$2" || fail "$1 lacks '$3':
$2"
}

# lacks WHAT TEXT REGULAR-EXPRESSION
lacks()
{
	! grep -qE -e "$3" <<<"$2" || fail "$1 has '$3':
$2"
}

# refused REGULAR-EXPRESSION COMMAND...: the command must fail, and say that.
refused()
{
	local want=$1 said status=0
	shift
	said=$("$@" 2>&1) || status=$?
	[ "$status" -ne 0 ] || fail "accepted: $*"
	[ "$status" -lt 126 ] || fail "ended with status $status: $* ($said)"
	grep -qE -e "$want" <<<"$said" || fail "'$*' was refused with '$said', expected '$want'"
}

# within SECONDS COMMAND...: until it succeeds. The condition runs several times a second.
within()
{
	local end=$((SECONDS + $1 + 1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# in_log FILE REGULAR-EXPRESSION
in_log()
{
	grep -qE -e "$2" "$1" 2>/dev/null
}

# wait_log FILE REGULAR-EXPRESSION [SECONDS]
wait_log()
{
	within "${3:-40}" in_log "$1" "$2" || fail "no '$2' in ${1##*/}:
$(tail -n 40 "$1" 2>&1)"
}

# spawn NAME COMMAND...: a program in the background, output in $WORK/NAME.log, process id in $WORK/NAME.pid
spawn()
{
	local name=$1
	shift
	"$@" >"$WORK/$name.log" 2>&1 &
	echo $! >"$WORK/$name.pid"
}

# spawn_on NAME NAMESPACE COMMAND...
spawn_on()
{
	spawn "$1" nsenter "--net=/run/netns/$2" "${@:3}"
}

# stop NAME [SIGNAL]: end what spawn started and wait for it; its exit status is in $STATUS.
stop()
{
	local pid
	pid=$(cat "$WORK/$1.pid")
	kill -"${2:-TERM}" "$pid" 2>/dev/null || true
	STATUS=0
	wait "$pid" 2>/dev/null || STATUS=$?
	rm -f "$WORK/$1.pid"
}
