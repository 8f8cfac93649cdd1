# SPDX-License-Identifier: GPL-2.0-or-later
# test: ESP packets sent once more are dropped and counted, fresh ones are not
esn=$1
svti_pair aes128gcm16 esn "$esn"
wire_listen "$WORK/seen.pcap"
ping_over alice bob 10
wire_close
before=$(link_counter bob svti1 rx_packets)
count=$(traffic alice resend wire seen.pcap "$ALICE" same)
at_least "packets sent again" "$count" 10
sleep 0.3
same "new packets for bob" "$(($(link_counter bob svti1 rx_packets) - before))" 0
at_least "replayed, by bob's SA" "$(sa_field bob in replayed)" 10
at_least "replayed, by bob's device" "$(drops bob rx_replayed)" 10
ping_over alice bob
