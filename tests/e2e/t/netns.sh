# SPDX-License-Identifier: GPL-2.0-or-later
# test: deleting the underlay's or the overlay's namespace under traffic takes the device along
# alone
first=$1
net_up
ip netns add inner
ip -n alice -batch - <<-END
	link add svti1 type svti
	link set svti1 netns inner
END
ip -n inner -batch - <<-END
	link set lo up
	addr add $ALICE_LAN/32 dev lo
	link set svti1 up
	route add $BOB_NET dev svti1 src $ALICE_LAN
END
svti_up bob
svti_keys bob aes128gcm16
# Keys go to the device where it is now; packets leave from where it was made.
keys_of aes128gcm16 "$SPI_TO_BOB"
on inner svtictl sa add dev svti1 dir out spi "$SPI_TO_BOB" src "$ALICE" dst "$BOB" \
	alg aes128gcm16 key "$KEY" reqid 1
keys_of aes128gcm16 "$SPI_TO_ALICE"
on inner svtictl sa add dev svti1 dir in spi "$SPI_TO_ALICE" src "$BOB" dst "$ALICE" \
	alg aes128gcm16 key "$KEY" reqid 1
on inner svtictl sp add dev svti1 dir out src "$ALICE_NET" dst "$BOB_NET" reqid 1
on inner svtictl sp add dev svti1 dir in src "$BOB_NET" dst "$ALICE_NET" reqid 1
answerer bob "$BOB_LAN"
on inner ping -q -n -i 0.05 -c 3 -W 2 -I "$ALICE_LAN" "$BOB_LAN" >ping || fail "$(cat ping)"
spawn_on flood inner python3 "$GUEST/traffic.py" flood "$ALICE_LAN" "$BOB_LAN" 7000 3
sleep 1.2
case $first in
underlay)
	ip -n alice link del wire
	ip netns del alice
	within 30 gone inner || fail "svti1 outlived its underlay"
	stop flood KILL
	ip netns del inner
	;;
overlay)
	stop flood KILL
	ip netns del inner
	ip netns del alice
	;;
esac
# Its SPI is free again: nobody holds what is gone.
svti_unload
svti_load
