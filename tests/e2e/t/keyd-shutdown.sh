# SPDX-License-Identifier: GPL-2.0-or-later
# test: an orderly shutdown deletes the SAs, tells the peer, and leaves no policy behind
keyd_pair psk
wire_listen
keyd_stop bob
within 30 is_down alice || fail "alice was not told: $(ctl alice show)"
wire_close
at_least "INFORMATIONAL exchanges" "$(tshark -r "$PCAP" -Y 'isakmp.exchangetype == 37' 2>/dev/null |
	wc -l)" 2
same "SAs of bob" "$(sas_of bob)" 0
same "SAs of alice" "$(sas_of alice)" 0
same "policies of bob" "$(on bob svtictl --json sp show | tr -d '[:space:]')" "[]"
[ ! -e "$WORK/bob/control" ] || fail "the control socket was left behind"
# And once more.
keyd_start bob
wait_up bob alice
ping_over alice bob
keyd_stop alice
keyd_stop bob
