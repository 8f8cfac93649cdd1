# SPDX-License-Identifier: GPL-2.0-or-later
# test: NAT keepalives go out when nothing else does, and end in the peer's socket unseen
net_up
svti_up alice bob
# Over IPv6 as well, where a checksum is wanted.
ip -n alice addr add fd77::1/64 dev wire nodad
ip -n bob addr add fd77::2/64 dev wire nodad
for address in "alice $ALICE" "bob $BOB" "bob fd77::2"; do
	set -- $address
	spawn_on "natt-$2" "$1" python3 "$GUEST/traffic.py" natt "$2" 4500
	wait_log "$WORK/natt-$2.log" ready
done
wire_listen
svti_sa alice in "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16 encap 4500:4500
# Not the newest: it sends nothing else.
svti_sa alice out 0x1006 fd77::1 fd77::2 aes128gcm16 encap 4500:4500 keepalive 1
svti_sa alice out "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16 encap 4500:4500 keepalive 1
svti_sa bob in "$SPI_TO_BOB" "$ALICE" "$BOB" aes128gcm16 encap 4500:4500
svti_sa bob out "$SPI_TO_ALICE" "$BOB" "$ALICE" aes128gcm16 encap 4500:4500
svti_policies alice
svti_policies bob
kept_by() { on alice svtictl --json sa show dir out spi "$1" | sed -n 's/^.*"keepalives": *\([0-9]*\).*/\1/p'; }
count() { kept_by "$SPI_TO_BOB"; }
sent() { [ "$(count)" -ge "$1" ]; }
within 20 sent 3 || fail "$(count) keepalives"
# Packets make them needless.
on alice svtictl sa set dev svti1 dir out spi "$SPI_TO_BOB" keepalive 2
spawn_on ping alice ping -n -i 0.2 -c 40 -I "$ALICE_LAN" "$BOB_LAN"
wait_log "$WORK/ping.log" 'icmp_seq=3'
before=$(count)
sleep 3
same "keepalives beside traffic" "$(($(count) - before))" 0
lacks "the traffic" "$(cat "$WORK/ping.log")" ' packets transmitted'
stop ping
on alice svtictl sa set dev svti1 dir out spi "$SPI_TO_BOB" keepalive 0
lacks "sa show" "$(on alice svtictl sa show dir out spi "$SPI_TO_BOB")" 'keepalive'
on alice svtictl sa set dev svti1 dir out spi "$SPI_TO_BOB" keepalive 1
kept=$(count)
sent_more() { [ "$(count)" -gt "$kept" ]; }
within 20 sent_more || fail "no keepalive after it was set"
on alice svtictl sa flush dev svti1
wire_close
keepalives=$(wire_count 'ip and udp port 4500 and udp[4:2] == 9 and udp[8] == 0xff')
at_least "keepalives on the wire" "$keepalives" $((kept + 1))
# RFC 3948 2.3: the ports of the SA, one octet, no checksum; from alice alone.
same "well made ones" "$(wire_count "src $ALICE and dst $BOB and udp src port 4500 and udp dst port 4500 and udp[4:2] == 9 and udp[6:2] == 0 and udp[8] == 0xff")" "$keepalives"
at_least "keepalives over IPv6" "$(wire_count 'ip6 and udp port 4500 and ip6[44:2] == 9 and ip6[48] == 0xff and ip6[46:2] != 0')" 3
lacks "what the sockets saw" "$(cat "$WORK"/natt-*.log)" received
same "bad checksums in bob" "$(on bob awk '/Udp6InCsumErrors/ { print $2 }' /proc/net/snmp6)" 0
same "what bob counted as malformed" "$(drops bob rx_malformed)" 0
# Only where there is a NAT to keep.
refused "UDP encapsulation" svti_sa alice out 0x1005 "$ALICE" "$BOB" aes128gcm16 keepalive 5
refused "outbound" svti_sa alice in 0x1005 "$BOB" "$ALICE" aes128gcm16 encap 4500:4500 keepalive 5
