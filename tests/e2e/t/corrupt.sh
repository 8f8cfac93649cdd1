# SPDX-License-Identifier: GPL-2.0-or-later
# test: forged, truncated and foreign ESP is dropped and counted, and hurts nothing
alg=$1
svti_pair "$alg"
ping_over alice bob
# Captured on their way and kept from bob: what is sent later is forged but not replayed.
ip -n middle link set bob nomaster
wire_listen "$WORK/seen.pcap" alice
no_ping alice bob 10
wire_close
ip -n middle link set bob master bridge
before=$(link_counter bob svti1 rx_packets)
at_least "sent" "$(traffic alice resend wire seen.pcap "$ALICE" corrupt)" 10
at_least "sent" "$(traffic alice resend wire seen.pcap "$ALICE" body)" 10
sleep 0.3
same "new packets for bob" "$(($(link_counter bob svti1 rx_packets) - before))" 0
at_least "wrong ICV, by bob's SA" "$(sa_field bob in auth_failed)" 20
at_least "wrong ICV, by bob's device" "$(drops bob rx_auth_failed)" 20
traffic alice resend wire seen.pcap "$ALICE" short >/dev/null
traffic alice resend wire seen.pcap "$ALICE" spi=0x7777 >/dev/null
traffic alice resend wire seen.pcap "$ALICE" spi=1 >/dev/null
sleep 0.3
same "new packets for bob" "$(($(link_counter bob svti1 rx_packets) - before))" 0
# The window has not moved: the genuine ones are good still.
at_least "sent" "$(traffic alice resend wire seen.pcap "$ALICE" same)" 10
sleep 0.3
at_least "new packets for bob" "$(($(link_counter bob svti1 rx_packets) - before))" 10
ping_over alice bob
