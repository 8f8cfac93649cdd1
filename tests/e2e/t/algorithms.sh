# SPDX-License-Identifier: GPL-2.0-or-later
# test: one algorithm after the other to and from the kernel's own xfrm, contents compared
esn=$1
shift
net_up
svti_up alice
ip -n bob route replace "$ALICE_NET" via "$ALICE" src "$BOB_LAN"
answerer bob "$BOB_LAN"
wire_listen
for alg; do
	svti_keys alice "$alg" esn "$esn"
	xfrm_keys bob "$alg" "$esn"
	sweep alice bob 0-16,1300
	has "sa show" "$(on alice svtictl sa show dev svti1 dir in)" "alg $alg esn $esn"
	on alice svtictl sa flush dev svti1
	on alice svtictl sp flush dev svti1
	ip -n bob xfrm state flush
	ip -n bob xfrm policy flush
done
wire_close
wire_protected
