# SPDX-License-Identifier: GPL-2.0-or-later
# test: a device that moves between namespaces with traffic both ways keeps its policies and SAs, and its underlay
svti_pair
ip netns add inner
ip -n inner -batch - <<-END
	link set lo up
	addr add $ALICE_LAN/32 dev lo
END
flood()
{
	spawn_on "flood-$1" "$1" python3 "$GUEST/traffic.py" flood "$2" "$3" 7000 100
}

flood alice "$ALICE_LAN" "$BOB_LAN"
flood inner "$ALICE_LAN" "$BOB_LAN"
flood bob "$BOB_LAN" "$ALICE_LAN"
here=alice
for there in inner alice inner; do
	ip -n "$here" link set svti1 netns "$there" || fail "svti1 does not move to $there"
	gone "$here" || fail "svti1 is still in $here"
	ip -n "$there" -batch - <<-END
		link set svti1 up
		route add $BOB_NET dev svti1 src $ALICE_LAN
	END
	# The queues are full: some may be lost, not all.
	on "$there" ping -q -n -i 0.1 -c 10 -W 2 -I "$ALICE_LAN" "$BOB_LAN" >ping ||
		fail "no tunnel in $there: $(cat ping)"
	here=$there
done
for ns in alice inner bob; do
	stop "flood-$ns" KILL
done
on inner ping -q -n -i 0.05 -c 3 -W 2 -I "$ALICE_LAN" "$BOB_LAN" >ping || fail "$(cat ping)"
has "ping in the quiet" "$(cat ping)" "3 received"
same "SAs that moved" "$(on inner svtictl --json sa show dev svti1 | grep -c '"spi"')" 2
