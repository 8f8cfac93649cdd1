# SPDX-License-Identifier: GPL-2.0-or-later
# test: asynchronous ciphers (cryptd) carry every size both ways, and all packets in order
# alone
alg=$1 driver=$2
# cryptd keeps the order of what one processor gives it; a sender that moves makes its own disorder.
taskset -p -c 0 $$ >/dev/null
async_on "$driver"
svti_pair "$alg"
async_used "$driver" 4
answerer bob "$BOB_LAN"
wire_listen
sweep alice bob 0-64,1300
transfer alice bob 100000
traffic alice burst "$ALICE_LAN" "$BOB_LAN" 7000 60
wire_close
wire_protected
# With requests of both directions in flight, the module goes.
answerer alice "$ALICE_LAN"
spawn_on flood1 alice python3 "$GUEST/traffic.py" flood "$ALICE_LAN" "$BOB_LAN" 7000 3
spawn_on flood2 bob python3 "$GUEST/traffic.py" flood "$BOB_LAN" "$ALICE_LAN" 7000 3
sleep 1
svti_unload
svti_load
async_off
