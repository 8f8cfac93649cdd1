# SPDX-License-Identifier: GPL-2.0-or-later
# test: a tunnel of xfrm's own works beside svti in the same namespaces, each with its SPIs
svti_pair
ip -n alice -batch - <<-END
	addr add 10.3.0.1/24 dev lan
	xfrm state add $(xfrm_state "$ALICE" "$BOB" 0x3001 aes128gcm16 on)
	xfrm state add $(xfrm_state "$BOB" "$ALICE" 0x4001 aes128gcm16 on)
	xfrm policy add src 10.3.0.0/24 dst 10.4.0.0/24 dir out $(xfrm_template "$ALICE" "$BOB")
	xfrm policy add src 10.4.0.0/24 dst 10.3.0.0/24 dir in $(xfrm_template "$BOB" "$ALICE")
	route add 10.4.0.0/24 via $BOB src 10.3.0.1
END
ip -n bob -batch - <<-END
	addr add 10.4.0.1/24 dev lan
	xfrm state add $(xfrm_state "$BOB" "$ALICE" 0x4001 aes128gcm16 on)
	xfrm state add $(xfrm_state "$ALICE" "$BOB" 0x3001 aes128gcm16 on)
	xfrm policy add src 10.4.0.0/24 dst 10.3.0.0/24 dir out $(xfrm_template "$BOB" "$ALICE")
	xfrm policy add src 10.3.0.0/24 dst 10.4.0.0/24 dir in $(xfrm_template "$ALICE" "$BOB")
	route add 10.3.0.0/24 via $ALICE src 10.4.0.1
END
answerer bob 0.0.0.0
wire_listen
traffic alice sweep 10.3.0.1 10.4.0.1 7000 0-40,1300
sweep alice bob 0-40,1300
traffic alice transfer 10.3.0.1 10.4.0.1 7000 50000 >/dev/null
wire_close
wire_protected
