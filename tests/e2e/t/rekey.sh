# SPDX-License-Identifier: GPL-2.0-or-later
# test: 20 rekeys under traffic both ways lose no packet, and the newest SA is what sends
svti_pair
answerer bob "$BOB_LAN"
answerer alice "$ALICE_LAN"
ping_over alice bob 1
spawn_on stream-alice alice python3 "$GUEST/traffic.py" stream "$ALICE_LAN" "$BOB_LAN" 7000 8
spawn_on stream-bob bob python3 "$GUEST/traffic.py" stream "$BOB_LAN" "$ALICE_LAN" 7000 8
# words DIR SPI SRC DST: what svtictl wants for an SA.
words()
{
	keys_of aes128gcm16 "$2"
	echo "dir $1 spi $2 src $3 dst $4 alg aes128gcm16 key $KEY reqid 1"
}
add() { on "$1" svtictl sa add dev svti1 "${@:2}" || fail "no new SA in $1"; }
del() { on "$1" svtictl sa del dev svti1 dir "$2" spi "$3" || fail "no SA $2 $3 in $1"; }
used() { on "$1" svtictl --json sa show dir "$2" spi "$3" | grep -q '"idle": [0-9]'; }
to_bob=$SPI_TO_BOB to_alice=$SPI_TO_ALICE
# rekey TO-BOB TO-ALICE: as IKE does it. Bob answers: he takes packets on the new pair before alice
# has it, and sends on it when he knows that she has.
rekey()
{
	add bob $(words in "$1" "$ALICE" "$BOB")
	add alice $(words in "$2" "$BOB" "$ALICE") and $(words out "$1" "$ALICE" "$BOB")
	add bob $(words out "$2" "$BOB" "$ALICE")
	del alice out "$to_bob"
	del bob out "$to_alice"
	# What is under way on the old pair is still taken.
	sleep 0.05
	del alice in "$to_alice"
	del bob in "$to_bob"
	to_bob=$1 to_alice=$2
}
for ((i = 1; i <= 20; i++)); do
	rekey $((SPI_TO_BOB + i)) $((SPI_TO_ALICE + i))
done
wait_log "$WORK/stream-alice.log" 'all back'
wait_log "$WORK/stream-bob.log" 'all back'
for ns in alice bob; do
	stop "stream-$ns"
	same "exit status of the stream from $ns" "$STATUS" 0
	same "SAs of $ns" "$(sas_of "$ns")" 2
	same "replayed in $ns" "$(drops "$ns" rx_replayed)" 0
	same "dropped by $ns" "$(link_counter "$ns" svti1 rx_dropped) $(link_counter "$ns" svti1 tx_dropped)" "0 0"
done
# Several at once: the newest sends; when it goes the next newest takes over; the old ones receive.
add bob $(words in 0x1100 "$ALICE" "$BOB") and $(words in 0x1101 "$ALICE" "$BOB")
add alice $(words out 0x1100 "$ALICE" "$BOB") and $(words out 0x1101 "$ALICE" "$BOB")
ping_over alice bob
same "what sends" "$(used alice out 0x1101 && used bob in 0x1101 && ! used alice out 0x1100 && echo 0x1101)" 0x1101
del alice out 0x1101
ping_over alice bob
same "what sends" "$(used alice out 0x1100 && used bob in 0x1100 && echo 0x1100)" 0x1100
del alice out 0x1100
ping_over alice bob
