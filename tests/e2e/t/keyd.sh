# SPDX-License-Identifier: GPL-2.0-or-later
# test: two keyds bring a tunnel up and carry traffic both ways, protected
method=$1
shift
MARKER="plain text that must not be seen"
net_up
if [ "$method" = cert ]; then
	pki_both "$WORK/pki" "${1:-ecdsa}"
	keyd_certificates "$WORK/pki"
	shift
fi
keyd_conf alice "$method" "$@"
keyd_conf bob "$method" "$@"
wire_listen
keyd_start alice bob
wait_up alice bob
answerer bob "$BOB_LAN"
answerer alice "$ALICE_LAN"
ping_over alice bob
ping_over bob alice
sweep alice bob 0-20,1300
transfer bob alice 50000
on alice ping -q -n -c 2 -p "$(printf '%.16s' "$MARKER" | od -An -tx1 | tr -d ' \n')" \
	-I "$ALICE_LAN" "$BOB_LAN" >/dev/null
wire_close
wire_protected "$(printf '%.8s' "$MARKER")"
at_least "IKE messages" "$(wire_count 'udp port 500 or udp port 4500')" 4
same "SAs of alice" "$(sas_of alice)" 2
same "SAs of bob" "$(sas_of bob)" 2
