# SPDX-License-Identifier: GPL-2.0-or-later
# test: forged, truncated and foreign ESP is dropped and counted, and hurts nothing
alg=$1
svti_pair "$alg"
# Captured before bob sees them, so that they are forged but not replayed.
ip -n bob link set svti1 down
wire_listen "$WORK/seen.pcap"
on alice ping -q -n -i 0.05 -W 1 -c 10 -I "$ALICE_LAN" "$BOB_LAN" >/dev/null || true
wire_close
ip -n bob link set svti1 up
svti_route bob
before=$(link_counter bob svti1 rx_packets)
at_least "sent" "$(traffic alice resend wire seen.pcap corrupt)" 10
at_least "sent" "$(traffic alice resend wire seen.pcap body)" 10
sleep 0.3
same "new packets for bob" "$(($(link_counter bob svti1 rx_packets) - before))" 0
at_least "wrong ICV, by bob's SA" "$(sa_field bob in auth_failed)" 20
at_least "wrong ICV, by bob's device" "$(drops bob rx_auth)" 20
traffic alice resend wire seen.pcap short >/dev/null
traffic alice resend wire seen.pcap spi=0x7777 >/dev/null
traffic alice resend wire seen.pcap spi=1 >/dev/null
sleep 0.3
same "new packets for bob" "$(($(link_counter bob svti1 rx_packets) - before))" 0
# The window has not moved: the genuine ones are good still.
at_least "sent" "$(traffic alice resend wire seen.pcap same)" 10
sleep 0.3
at_least "new packets for bob" "$(($(link_counter bob svti1 rx_packets) - before))" 10
ping_over alice bob
