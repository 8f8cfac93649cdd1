# SPDX-License-Identifier: GPL-2.0-or-later
# test: a policy that is changed under traffic is found by every packet, wherever it moves
svti_pair
# Behind it lies one that discards, and between its two places so many that a lookup takes long:
# whatever it misses there, it misses often.
on alice svtictl sp flush dev svti1 dir out
seq -f "sp add dev svti1 dir out proto udp dport %.0f-60000 priority 100 reqid 1" 3000 >many
echo "sp add dev svti1 dir out proto udp dport 0-62000 priority 1000 action discard" >>many
on alice svtictl batch many
index=$(on alice svtictl --json sp add dev svti1 dir out proto udp dport 61000-62000 priority 10 reqid 1 |
	tr -dc 0-9)
spawn_on flood alice python3 "$GUEST/traffic.py" flood "$ALICE_LAN" "$BOB_LAN" 61500 60
flows() { [ "$(sa_field alice out packets)" -ge 20 ]; }
within 20 flows || fail "nothing is sent"
for ((i = 0; i < 20; i++)); do
	echo "sp set dev svti1 index $index priority 500"
	echo "sp set dev svti1 index $index priority 10"
done >moves
before=$(sa_field alice out packets)
on alice svtictl batch moves
after=$(sa_field alice out packets)
stop flood KILL
at_least "packets meanwhile" $((after - before)) 100
same "packets that found the policy behind" "$(drops alice tx_policy_discard)" 0
has "sp show" "$(on alice svtictl sp show index "$index")" 'priority 10 reqid 1 action protect'
on alice svtictl sp set dev svti1 index "$index" reqid 0 action discard
has "sp show" "$(on alice svtictl sp show index "$index")" 'priority 10 reqid 0 action discard'
refused "no policy 999999" on alice svtictl sp set dev svti1 index 999999 priority 1
