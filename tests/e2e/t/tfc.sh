# SPDX-License-Identifier: GPL-2.0-or-later
# test: TFC padding makes packets equal on the wire, dummy packets fill silence, xfrm understands both
net_up
svti_up alice
svti_keys alice aes128-sha256
svti_sa alice out 0x1101 "$ALICE" "$BOB" aes128-sha256 tfc 800
xfrm_keys bob aes128-sha256 off
ip -n bob -batch - <<-END
	xfrm state add $(xfrm_state "$ALICE" "$BOB" 0x1101 aes128-sha256 off)
	xfrm state add $(xfrm_state "$ALICE" "$BOB" 0x1102 aes128-sha256 off)
	xfrm state delete src $BOB dst $ALICE proto esp spi $SPI_TO_ALICE
	xfrm state add $(xfrm_state "$BOB" "$ALICE" "$SPI_TO_ALICE" aes128-sha256 off) tfcpad 700
END

# sizes SPI: of the IP packets of an SA, each once.
sizes()
{
	tcpdump -r "$PCAP" -n -v "esp and ip[20:4] = $1" 2>/dev/null |
		sed -n 's/.* length \([0-9]*\))$/\1/p' | sort -nu | tr '\n' ' '
}

dummies() { sa_field alice out dummies; }
some_dummies() { [ "$(dummies)" -ge 5 ]; }
refused_by_xfrm() { on bob awk '$1 == "XfrmInStateProtoError" { print $2 }' /proc/net/xfrm_stat; }

answerer bob "$BOB_LAN"
wire_listen
sweep alice bob 0-40,766-772,1300
wire_close
# In blocks of 16, with a trailer of 2, in IP (20), ESP (8), IV and ICV (16 each): what is not above
# 800 is 816 + 60, and 1328 is 1344 + 60; xfrm makes 700 of what is smaller.
same "sizes of packets to xfrm" "$(sizes 0x1101)" "876 1404 "
same "sizes of packets of xfrm" "$(sizes "$SPI_TO_ALICE")" "764 860 876 1404 "

ip -n alice link set svti1 down
on alice svtictl sa del dev svti1 dir out spi 0x1101
on alice svtictl sa del dev svti1 dir out spi "$SPI_TO_BOB"
svti_sa alice out 0x1102 "$ALICE" "$BOB" aes128-sha256 tfc 800 dummy 100
wire_listen "$WORK/silence.pcap"
same "dummy packets of a device that is down" "$(dummies)" 0
ip -n alice link set svti1 up
svti_route alice
within 20 some_dummies || fail "silence is not filled"
sent=$(link_counter alice svti1 tx_packets)
sweep alice bob 0-40
# The tables of xfrm have an error counter for them, and no other.
at_least "packets that xfrm discarded" "$(refused_by_xfrm)" 5
wire_close
at_least "dummy packets on the wire" "$(($(wire_count "esp and ip[20:4] = 0x1102") - 41))" 5
same "sizes of all packets" "$(sizes 0x1102)" "876 "
same "packets of the user" "$(sa_field alice out packets)" 41
same "packets of the device" "$(($(link_counter alice svti1 tx_packets) - sent))" 41
has "sa show" "$(on alice svtictl sa show dev svti1 spi 0x1102)" "tfc 800 dummy 100"
for option in "tfc 800" "dummy 100"; do
	refused "outbound" on alice svtictl sa add dev svti1 dir in spi 0x2002 src "$BOB" dst "$ALICE" \
		alg aes128gcm16 key "$(key_hex k 20)" $option
done
