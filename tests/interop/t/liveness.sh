# SPDX-License-Identifier: GPL-2.0-or-later
# test: strongSwan's liveness checks are answered while nothing else is sent
net_up
keyd_conf alice psk
swan_conf bob psk dpd=2s
keyd_start alice
swan_start bob
swan_initiate bob || fail "$(cat "$WORK/initiate")"
wait_up alice
within 30 liveness_seen || fail "no liveness check: $(tail -n 20 "$WORK/swan-bob/log")"
swan_installed bob || fail "strongSwan gave up"
is_up alice || fail "keyd gave up"
lacks "strongSwan's log" "$(cat "$WORK/swan-bob/log")" "retransmit"
