# SPDX-License-Identifier: GPL-2.0-or-later
# test: DSCP, DF and TTL of the outer header as configured; what is too big; ECN and DSCP inward
net_up
svti_up alice bob
svti_policies alice
svti_policies bob
ip -n alice link set svti1 mtu 1500

# to_bob SPI [OPTION...]: from now on alice sends on this one.
to_bob() { svti_sa alice out "$1" "$ALICE" "$BOB" aes128gcm16 "${@:2}"; }
from_alice() { svti_sa bob in "$1" "$ALICE" "$BOB" aes128gcm16 "${@:2}"; }
mark() { traffic alice mark "$ALICE_LAN" "$BOB_LAN" 7000 "$@"; }
all_arrived() { [ "$(wc -l <"$WORK/listener.log")" -ge 34 ]; }
# outer SPI TOS TTL DF: one packet has these, and an identification if it may be fragmented.
outer()
{
	same "packets of SPI $1 with TOS $2, TTL $3 and DF $4" "$(wire_count "esp and ip[20:4] = $1 and
		ip[1] = $2 and ip[8] = $3 and ip[6:2] = $4 and ip[4:2] $([ "$4" = 0 ] && echo '!=' || echo =) 0")" 1
}

spawn_on listener bob python3 "$GUEST/traffic.py" listen "$BOB_LAN" 7000 33
wait_log "$WORK/listener.log" ready
wire_listen
to_bob 0x1101
mark 0xba,33,1,100 0x01,200,0,100
to_bob 0x1102 dscp 46 df set ttl copy
mark 0xba,33,1,100 0x01,200,0,100
to_bob 0x1103 dscp 0 df clear ttl 7
mark 0xba,33,1,100 0x01,200,0,100
# Too big: the inner packet in fragments, or the outer one.
to_bob 0x1104 df set
from_alice 0x1104
mark 0,64,0,1500
to_bob 0x1105 df clear
from_alice 0x1105
mark 0,64,1,1500
to_bob 0x1106
from_alice 0x1106
mark 0,64,0,1500
same "packets too big before" "$(drops alice tx_too_big)" 0
mark 0,64,1,1500
same "packets too big" "$(drops alice tx_too_big)" 1
wire_close
outer 0x1101 0xba 64 0x4000
outer 0x1101 0x01 64 0
outer 0x1102 0xba 33 0x4000
outer 0x1102 0xb9 200 0x4000
outer 0x1103 0x02 7 0
outer 0x1103 0x01 7 0
same "ESP packets that carry fragments" "$(wire_count 'esp and ip[20:4] = 0x1104 and ip[6:2] = 0x4000')" 2
for spi in 0x1105 0x1106; do
	same "ESP packets of $spi in fragments" "$(wire_count "ip[20:4] = $spi and ip[6:2] = 0x2000")" 1
done
same "fragments on the wire" "$(wire_count 'ip[6:2] & 0x1fff != 0')" 2

# Every cell of RFC 6040 figure 4: the captured packets get another outer TOS on their way.
cells=(0 0 0 dropped  1 1 1 3  2 1 2 3  3 3 3 3) packets=() outer=()
for ((i = 0; i < 16; i++)); do
	packets+=("$((0x28 | i / 4)),64,0,100")
	outer+=($((0xb8 | i % 4)))
	[ "${cells[i]}" != dropped ] || continue
	printf -v kept '%snumber %d octets 72 tos %#04x\n' "${kept:-}" $((i + 1)) $((0x28 | cells[i]))
	printf -v taken '%snumber %d octets 72 tos %#04x\n' "${taken:-}" $((i + 1)) $((0xb8 | cells[i]))
done
wire_listen "$WORK/ecn.pcap"
to_bob 0x1107
mark "${packets[@]}"
to_bob 0x1108
mark "${packets[@]}"
wire_close
from_alice 0x1107
from_alice 0x1108 decap-dscp on
same "packets on their way again" "$(traffic alice resend wire ecn.pcap "$ALICE" "tos=$(tr ' ' , <<<"${outer[*]}")")" 32
within 5 all_arrived || true
same "what arrived" "$(cat "$WORK/listener.log")" "ready
number 1 octets 1472 tos 0x00
number 1 octets 1472 tos 0x00
number 1 octets 1472 tos 0x00
$kept${taken%$'\n'}"
same "packets with congestion that they cannot tell" "$(drops bob rx_ecn)" 2

sa() { on alice svtictl sa add dev svti1 src "$1" dst "$2" alg aes128gcm16 key "$(key_hex k 20)" "${@:3}"; }
for option in "dscp 1" "df set" "ttl 3"; do
	refused "outbound" sa "$BOB" "$ALICE" dir in spi 0x2001 $option
done
refused "inbound" sa "$ALICE" "$BOB" dir out spi 0x1109 decap-dscp on
has "sa show" "$(on alice svtictl sa show dev svti1 spi 0x1102)" "dscp 46 df set ttl copy"
has "sa show" "$(on bob svtictl --json sa show dev svti1 spi 0x1108)" '"decap_dscp": true'
