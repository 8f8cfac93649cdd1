# SPDX-License-Identifier: GPL-2.0-or-later
# test: a peer that sends from elsewhere is told of, once a second, and followed by sa set without a loss
net_up
svti_up alice bob
ip -n alice addr add 192.168.0.11/24 dev wire
svti_keys alice aes128gcm16
svti_keys bob aes128gcm16
answerer bob "$BOB_LAN"
spawn_on natt bob python3 "$GUEST/traffic.py" natt "$BOB" 4500
wait_log "$WORK/natt.log" ready
spawn_on monitor bob svtictl --json monitor
spawn_on text bob svtictl monitor
sleep 0.7
move() { on "$1" svtictl sa set dev svti1 "${@:2}" || fail "sa set refused in $1"; }
mappings() { grep -c '"event":"mapping"' "$WORK/monitor.log" || true; }
ping_over alice bob
same "mappings" "$(mappings)" 0
# Another address, as behind a NAT that has forgotten the old one. Packets are good all the same.
move alice dir out spi "$SPI_TO_BOB" src 192.168.0.11
traffic alice burst "$ALICE_LAN" "$BOB_LAN" 7000 40
wait_log "$WORK/monitor.log" '"old_src":"192.168.0.1","old_sport":0,"src":"192.168.0.11","sport":0'
wait_log "$WORK/text.log" 'mapping, now from 192.168.0.11: svti1: dir in  spi 0x00001001'
[ "$(mappings)" -le 3 ] || fail "40 packets were told of $(mappings) times"
# Bob follows, in both directions; nothing more is told, and counters go on.
seq=$(sa_field bob in seq)
move bob dir in spi "$SPI_TO_BOB" src 192.168.0.11
move bob dir out spi "$SPI_TO_ALICE" dst 192.168.0.11
move alice dir in spi "$SPI_TO_ALICE" dst 192.168.0.11
told=$(mappings)
sleep 1
ping_over alice bob
same "mappings after bob has followed" "$(mappings)" "$told"
at_least "sequence number" "$(sa_field bob in seq)" $((seq + 3))
same "destination" "$(sa_field bob out dst)" 192.168.0.11
# From plain to encapsulated, to another port, and back.
move alice dir out spi "$SPI_TO_BOB" encap 4500:4500 keepalive 1
ping_over alice bob
wait_log "$WORK/monitor.log" '"old_sport":0,"src":"192.168.0.11","sport":4500'
move bob dir in spi "$SPI_TO_BOB" encap 4500:4500
sleep 1
move alice dir out spi "$SPI_TO_BOB" encap 61000:4500
ping_over alice bob
wait_log "$WORK/monitor.log" '"old_sport":4500,"src":"192.168.0.11","sport":61000'
# A packet that was kept and comes late from the old place points nowhere.
sleep 1
told=$(mappings)
wire_listen "$WORK/seen.pcap"
ping_over alice bob
wire_close
move bob dir in spi "$SPI_TO_BOB" encap 61000:4500
sleep 1
python3 - "$PCAP" "$BOB" <<-'END' >again.py
	import struct, sys
	data = open(sys.argv[1], "rb").read()[24:]
	out = []
	while data:
	    length = struct.unpack("=IIII", data[:16])[2]
	    frame, data = data[16:16 + length], data[16 + length:]
	    if frame[12:14] == b"\x08\x00" and frame[23] == 17 and frame[34:36] == struct.pack("!H", 61000):
	        out.append(frame[42:])
	print("packets =", out)
	print("""import socket
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind(("192.168.0.1", 4501))
	for p in packets:
	    s.sendto(p, ("%s", 4500))
	print(len(packets))""" % sys.argv[2])
END
told=$(mappings)
at_least "kept packets" "$(on alice python3 again.py)" 3
sleep 0.3
at_least "replayed" "$(drops bob rx_replayed)" 3
same "mappings by replayed packets" "$(mappings)" "$told"
move alice dir out spi "$SPI_TO_BOB" encap off
ping_over alice bob
wait_log "$WORK/monitor.log" '"old_sport":61000,"src":"192.168.0.11","sport":0'
lacks "sa show" "$(on alice svtictl sa show dir out)" 'encap|keepalive'
lacks "what the sockets saw" "$(cat "$WORK/natt.log")" 'received'
