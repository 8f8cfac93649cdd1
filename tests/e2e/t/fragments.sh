# SPDX-License-Identifier: GPL-2.0-or-later
# test: later fragments go by policies of ANY or OPAQUE ports, without them they are dropped and counted
net_up
svti_up alice bob
answerer bob "$BOB_LAN"
# RFC 4301 7.2: one pair of SAs for port 7000, another for all fragments.
keys_of aes128gcm16 "the same for all of them"
add="sa add dev svti1 alg aes128gcm16 key $KEY"
sa_to_bob="src $ALICE dst $BOB" sa_to_alice="src $BOB dst $ALICE"
to_bob="src $ALICE_NET dst $BOB_NET proto udp" to_alice="src $BOB_NET dst $ALICE_NET proto udp"
on alice svtictl batch - <<-END
	$add dir out spi 0x1001 $sa_to_bob reqid 1
	$add dir in spi 0x2001 $sa_to_alice reqid 1
	$add dir out spi 0x1002 $sa_to_bob reqid 2
	$add dir in spi 0x2002 $sa_to_alice reqid 2
	sp add dev svti1 dir out $to_bob dport 7000 reqid 1
	sp add dev svti1 dir in $to_alice sport 7000 reqid 1
END
on bob svtictl batch - <<-END
	$add dir in spi 0x1001 $sa_to_bob reqid 1
	$add dir out spi 0x2001 $sa_to_alice reqid 1
	$add dir in spi 0x1002 $sa_to_bob reqid 2
	$add dir out spi 0x2002 $sa_to_alice reqid 2
	sp add dev svti1 dir in $to_bob dport 7000 reqid 1
	sp add dev svti1 dir out $to_alice sport 7000 reqid 1
END
# big NAMESPACE COUNTER: of a datagram of three fragments, two go no further than that.
big()
{
	local more=$(($(drops "$1" "$2") + 2))
	spawn_on big alice python3 "$GUEST/traffic.py" sweep "$ALICE_LAN" "$BOB_LAN" 7000 4000
	within 40 counted "$1" "$2" "$more" || fail "$2 of $1 is $(drops "$1" "$2"), expected $more"
	stop big
}
counted() { [ "$(drops "$1" "$2")" -eq "$3" ]; }
sweep alice bob 0-3
big alice tx_fragment_no_policy
on alice svtictl sp add dev svti1 dir out $to_bob sport opaque reqid 2
big bob rx_fragment_no_policy
has "sp show" "$(on alice svtictl sp show dir out)" 'proto udp sport opaque'
on bob svtictl sp add dev svti1 dir in $to_bob dport opaque reqid 2
big bob tx_fragment_no_policy
on bob svtictl sp add dev svti1 dir out $to_alice dport opaque reqid 2
big alice rx_fragment_no_policy
on alice svtictl sp add dev svti1 dir in $to_alice sport opaque dport opaque reqid 2
sweep alice bob 1500,20000
# The first ones by the policy of the port, the others by the other.
packets()
{
	on alice svtictl --json sa show dir "$1" reqid "$2" | python3 -c '
import json, sys
sa, = json.load(sys.stdin)
print(sa["packets"])'
}
at_least "fragments to bob on the SA of fragments" "$(packets out 2)" 13
at_least "fragments to alice on the SA of fragments" "$(packets in 2)" 13
# ANY has them too: RFC 4301 7.1.
on alice svtictl batch - <<-END
	sp flush dev svti1 reqid 2
	sa flush dev svti1 reqid 2
	sp add dev svti1 dir out $to_bob reqid 1
	sp add dev svti1 dir in $to_alice reqid 1
END
on bob svtictl batch - <<-END
	sp flush dev svti1 reqid 2
	sa flush dev svti1 reqid 2
	sp add dev svti1 dir in $to_bob reqid 1
	sp add dev svti1 dir out $to_alice reqid 1
END
sweep alice bob 4000
same "drops in all that" "$(drops alice tx_fragment_no_policy) $(drops bob rx_fragment_no_policy)" "2 2"
