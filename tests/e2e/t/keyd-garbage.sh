# SPDX-License-Identifier: GPL-2.0-or-later
# test: malformed, truncated and oversized messages are dropped and counted; the tunnel lives
keyd_pair psk
before=$(dropped_by alice)
traffic bob garbage "$BOB" "$ALICE" 500 400 >garbage 2>&1 || fail "$(cat garbage)"
counted_more() { [ "$(dropped_by alice)" -ge $((before + 300)) ]; }
within 30 counted_more || fail "drops before $before, now $(dropped_by alice)"
is_up alice || fail "$(keyd_log alice)"
ping_over alice bob
lines=$(keyd_log alice | wc -l)
[ "$lines" -lt 300 ] || fail "each of 400 bad packets may write to the log: $lines lines"
