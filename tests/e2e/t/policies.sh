# SPDX-License-Identifier: GPL-2.0-or-later
# test: many policies are put in, looked up, listed and taken out in seconds
count=$1 seconds=$2
net_up
svti_up alice bob
svti_keys bob aes128gcm16
svti_sa alice out "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16
svti_sa alice in "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16
# One for each source and port, of which the last one is ours.
python3 - "$count" "$ALICE_LAN" "$BOB_NET" >batch <<-'END'
	import sys
	count, alice, net = int(sys.argv[1]), sys.argv[2], sys.argv[3]
	for n in range(count - 2):
	    print(f"sp add dev svti1 dir out src 172.{16 + (n >> 16)}.{n >> 8 & 255}.{n & 255} dst {net} "
	          f"proto {'udp' if n & 1 else 'tcp'} dport {n & 0xffff} reqid 1")
	print(f"sp add dev svti1 dir out src {alice} dst {net} reqid 1")
	print(f"sp add dev svti1 dir in src {net} dst {alice} reqid 1")
END
# timed WHAT COMMAND...
timed()
{
	local what=$1 start=$EPOCHREALTIME ms
	shift
	"$@" || fail "$what failed"
	ms=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
	echo "figure: $what of $count policies: $ms ms"
	[ "$ms" -le $((seconds * 1000)) ] || fail "$what of $count policies took $ms ms"
}
list() { on alice svtictl sp show dev svti1 >shown; }
timed "insertion" on alice svtictl batch batch
timed "list" list
same "policies listed" "$(grep -c 'index ' shown)" "$count"
ping_over alice bob
timed "flush" on alice svtictl sp flush dev svti1
list
same "policies left" "$(grep -c 'index ' shown)" 0
no_ping alice bob 1
on alice svtictl batch batch
ping_over alice bob
timed "deletion of the device" ip -n alice link del svti1
