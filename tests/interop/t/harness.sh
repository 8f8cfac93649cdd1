# SPDX-License-Identifier: GPL-2.0-or-later
# test: strongSwan meets strongSwan in this guest, so that a failure below is not its own
net_up
pki_both "$WORK/pki"
swan_conf alice cert
swan_conf bob cert
swan_certificates alice "$WORK/pki" a b
swan_certificates bob "$WORK/pki" b a
swan_start alice
swan_start bob
swan_initiate bob || fail "$(cat "$WORK/initiate")"
swan_wait alice
ping_over alice bob
