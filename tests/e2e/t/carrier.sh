# SPDX-License-Identifier: GPL-2.0-or-later
# test: the carrier is there when packets may be sent: with an outbound SA, or a policy that asks for one
net_up
svti_up alice
state() { ip -n alice -o link show svti1; }
on_now() { ! grep -q NO-CARRIER <<<"$(state)"; }
off_now() { grep -q NO-CARRIER <<<"$(state)"; }
carrier()
{
	within 40 "$1_now" || fail "$2: $(state)"
}
carrier off "a new device"
on alice svtictl sp add dev svti1 dir in reqid 1
on alice svtictl sp add dev svti1 dir out proto udp action discard
svti_sa alice in "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16
sleep 0.3
carrier off "nothing may be sent"
on alice svtictl sp add dev svti1 dir out reqid 1
carrier on "a policy that may acquire"
on alice svtictl sp flush dev svti1 dir out
carrier off "no policy"
svti_sa alice out "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16
carrier on "an outbound SA"
on alice svtictl sa flush dev svti1 dir out
carrier off "no SA"
