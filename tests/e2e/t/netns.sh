# SPDX-License-Identifier: GPL-2.0-or-later
# test: with traffic both ways, the device goes with its underlay's or its overlay's namespace, whichever is deleted first, or both at once
# alone
first=$1 cipher=$2
[ "$cipher" != async ] || async_on "$ASYNC_GCM"
# No process lives in the two namespaces that are deleted, so each goes as soon as it is told to:
# the traffic comes from a host behind the overlay, and from bob.
net_wire
ip netns add extra
ip netns add inner
net_lan inner "$ALICE_LAN" "$ALICE_HOST"
ip -n bob -batch - <<-END
	link add lan type dummy
	addr add $BOB_LAN/24 dev lan
	link set lan up
END
ip -n alice -batch - <<-END
	link add svti1 type svti
	link set svti1 netns inner
END
ip -n inner -batch - <<-END
	link set lo up
	link set svti1 up
	route add $BOB_NET dev svti1
END
svti_up bob
svti_keys bob aes128gcm16
# Keys go to the device where it is now; packets leave from where it was made.
svti_sa inner out "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16
svti_sa inner in "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16
on inner svtictl sp add dev svti1 dir out src "$ALICE_NET" dst "$BOB_NET" reqid 1
on inner svtictl sp add dev svti1 dir in src "$BOB_NET" dst "$ALICE_NET" reqid 1
[ "$cipher" != async ] || async_used "$ASYNC_GCM" 4
answerer bob "$BOB_LAN"
on inner-lan ping -q -n -i 0.05 -c 3 -W 2 "$BOB_LAN" >ping || fail "$(cat ping)"
spawn_on flood1 inner-lan python3 "$GUEST/traffic.py" flood "$ALICE_HOST" "$BOB_LAN" 7000 100
spawn_on flood2 bob python3 "$GUEST/traffic.py" flood "$BOB_LAN" "$ALICE_HOST" 7000 100
sleep 1

# A namespace is gone when the other ends of its pairs of devices are.
underlay_gone()
{
	! ip -n middle link show alice >/dev/null 2>&1
}

overlay_gone()
{
	! ip -n inner-lan link show lan >/dev/null 2>&1
}

case $first in
underlay)
	ip netns del alice
	within 30 underlay_gone || fail "the underlay's namespace does not go"
	within 10 gone inner || fail "svti1 outlived its underlay"
	ip -n inner link show lan >/dev/null || fail "the overlay's namespace went with the underlay's"
	sleep 0.5
	ip netns del inner
	;;
overlay)
	ip netns del inner
	within 30 overlay_gone || fail "the overlay's namespace does not go"
	sleep 0.5
	ip netns del alice
	;;
together)
	# While one namespace goes, those that are deleted meanwhile are collected, to go together.
	ip -batch - <<-END
		netns del extra
		netns del alice
		netns del inner
	END
	;;
esac
within 30 underlay_gone || fail "the underlay's namespace does not go"
within 30 overlay_gone || fail "the overlay's namespace does not go"
kill -0 "$(cat flood1.pid)" "$(cat flood2.pid)" || fail "the traffic ended before"
stop flood1 KILL
stop flood2 KILL
# Its SPI is free again: nobody holds what is gone.
svti_unload
svti_load
[ "$cipher" != async ] || async_off
