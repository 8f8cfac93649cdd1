#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic with known contents, for the guest.

traffic.py answer ADDRESS,... PORT          echo UDP, answer TCP transfers with their digest
traffic.py sweep SRC DST PORT SIZES         UDP payloads there and back, contents compared
traffic.py transfer SRC DST PORT OCTETS     TCP, digests compared
traffic.py flood SRC DST PORT SECONDS       UDP as fast as it goes
traffic.py resend DEVICE FILE SRC HOW       send the ESP packets of a source once more
traffic.py burst SRC DST PORT COUNT         numbered UDP packets, all echoes must come, in order
traffic.py stream SRC DST PORT SECONDS      numbered UDP packets, 32 under way; all must come back
traffic.py mark SRC DST PORT TOS,TTL,DF,SIZE...  UDP packets with these in the IP header, octets in all
traffic.py listen ADDRESS PORT COUNT        print the TOS of so many UDP packets, and their contents
traffic.py garbage SRC DST PORT COUNT       UDP that looks like IKE and is not
traffic.py steady SECONDS PORT SRC>DST...   20 UDP packets a second on each way, all echoes must come;
                                            SIGTERM ends it early
traffic.py natt ADDRESS PORT                a socket that the kernel takes ESP in UDP from
traffic.py too-big SRC DST SPI MTU          an ICMP error about ESP that DST sent to SRC

SIZES is a list such as 0-130,1400; HOW is "same", "corrupt" (one bit of the ICV), "body" (one
bit of the ciphertext), "short" (cut in the middle), "spi=0x..." (another SPI) or "tos=N,M..."
(TOS octets of the outer header, one after the other).
"""
import hashlib
import os
import random
import select
import signal
import socket
import struct
import sys
import threading
import time

CHUNK = 65536
PATIENCE = float(os.environ.get("SVTI_PATIENCE", 20))  # seconds, for an answer


def pattern(length, seed):
    return random.Random(seed).randbytes(length)


def receive(conn, length):
    """Read exactly length octets."""
    data = bytearray()
    while len(data) < length:
        part = conn.recv(min(CHUNK, length - len(data)))
        if not part:
            raise EOFError("the connection ended early")
        data += part
    return bytes(data)


def answer_transfer(conn):
    """Length (8 octets) and data come in; the digest and the same data go back."""
    with conn:
        (length,) = struct.unpack("!Q", receive(conn, 8))
        data = receive(conn, length)
        conn.sendall(hashlib.sha256(data).digest())
        conn.sendall(data)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def answer(addresses, port):
    udp, tcp = [], []
    for address in addresses.split(","):
        family = family_of(address)
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((address, int(port)))
        udp.append(sock)
        tcp.append(socket.create_server((address, int(port)), family=family))
    print("ready", flush=True)
    while True:
        for ready in select.select(udp + tcp, [], [])[0]:
            if ready in tcp:
                threading.Thread(target=answer_transfer, args=(ready.accept()[0],), daemon=True).start()
                continue
            try:
                data, peer = ready.recvfrom(CHUNK)
                ready.sendto(data, peer)
            except OSError:
                pass  # an ICMP error of an earlier answer


def sizes_of(text):
    for part in text.split(","):
        low, _, high = part.partition("-")
        yield from range(int(low), int(high or low) + 1)


def udp_to(src, dst, port):
    sock = socket.socket(family_of(src), socket.SOCK_DGRAM)
    sock.bind((src, 0))
    sock.connect((dst, int(port)))
    sock.settimeout(PATIENCE)
    return sock


def sweep(src, dst, port, sizes):
    sock = udp_to(src, dst, port)
    count = 0
    for size in sizes_of(sizes):
        data = pattern(size, size)
        sock.send(data)
        try:
            back = sock.recv(CHUNK)
        except TimeoutError:
            sys.exit(f"{size} octets: no answer")
        if back != data:
            sys.exit(f"{size} octets: other contents came back ({len(back)} octets)")
        count += 1
    print(f"{count} sizes")


def transfer(src, dst, port, octets):
    data = pattern(int(octets), 1)
    start = time.monotonic()
    with socket.create_connection((dst, int(port)), timeout=40, source_address=(src, 0)) as conn:
        conn.sendall(struct.pack("!Q", len(data)) + data)
        theirs = receive(conn, 32)
        back = receive(conn, len(data))
    ours = hashlib.sha256(data).digest()
    print(f"sent     {len(data)} octets, sha256 {ours.hex()}")
    print(f"received {len(data)} octets, sha256 {theirs.hex()}")
    print(f"returned {len(back)} octets, sha256 {hashlib.sha256(back).hexdigest()}")
    print(f"in {time.monotonic() - start:.1f} s")
    if not theirs == ours == hashlib.sha256(back).digest():
        sys.exit("the digests differ")


def flood(src, dst, port, seconds):
    sock = udp_to(src, dst, port)
    sock.setblocking(False)
    end = time.monotonic() + float(seconds)
    count = 0
    while time.monotonic() < end:
        for _ in range(16):
            try:
                sock.send(b"f" * 400)
                count += 1
            except OSError:
                pass  # full, or no route any more: the tests pull the net away on purpose
    print(f"{count} packets")


def burst(src, dst, port, count):
    sock = udp_to(src, dst, port)
    for number in range(int(count)):
        sock.send(struct.pack("!I", number) + b"numbered")
    sock.settimeout(PATIENCE)
    for number in range(int(count)):
        try:
            got = struct.unpack("!I", sock.recv(CHUNK)[:4])[0]
        except TimeoutError:
            sys.exit(f"packet {number} of {count} did not come back")
        if got != number:
            sys.exit(f"packet {got} came back where {number} was expected")
    print(f"{count} packets in order")


def stream(src, dst, port, seconds):
    sock = udp_to(src, dst, port)
    sock.settimeout(10)
    end = time.monotonic() + float(seconds)
    sent, missing = 0, set()
    while missing or time.monotonic() < end:
        while len(missing) < 32 and time.monotonic() < end:
            sock.send(struct.pack("!I", sent) + b"numbered")
            missing.add(sent)
            sent += 1
        try:
            missing.remove(struct.unpack("!I", sock.recv(CHUNK)[:4])[0])
        except TimeoutError:
            sys.exit(f"{len(missing)} of {sent} packets did not come back: {sorted(missing)}")
        except KeyError as number:
            sys.exit(f"packet {number} came back twice")
    print(f"{sent} packets, all back")


def mark(src, dst, port, *packets):
    """The last octet of each payload is its number, from 1 on."""
    for number, packet in enumerate(packets, 1):
        tos, ttl, dont_fragment, size = (int(field, 0) for field in packet.split(","))
        sock = udp_to(src, dst, port)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        # IP_MTU_DISCOVER: IP_PMTUDISC_PROBE sets DF also where the path is known to be too small
        sock.setsockopt(socket.IPPROTO_IP, 10, 3 if dont_fragment else 0)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, tos)
        try:
            sock.send(bytes(size - 29) + bytes([number]))
        except OSError as error:
            print(f"packet {number}: {error}")


def listen(address, port, count):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, 13, 1)  # IP_RECVTOS
    sock.bind((address, int(port)))
    print("ready", flush=True)
    for _ in range(int(count)):
        data, ancillary, _, _ = sock.recvmsg(CHUNK, 64)
        print(f"number {data[-1]} octets {len(data)} tos {ancillary[0][2][0]:#04x}", flush=True)


def garbage(src, dst, port, count):
    """Headers of IKE_SA_INIT and others with wrong lengths, chains and contents."""
    rng = random.Random(7)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((src, 0))
    for number in range(int(count)):
        body = rng.randbytes(rng.choice((0, 1, 3, 40, 400, 1200)))
        length = 28 + len(body)
        if number % 4 == 1:
            length = rng.choice((0, 27, length - 1, length + 1, 0xFFFFFFFF))
        header = struct.pack("!8s8sBBBBII", rng.randbytes(8), rng.randbytes(8) if number % 2 else bytes(8),
                             rng.choice((33, 34, 46, 53, 0, 255)), rng.choice((0x20, 0x20, 0x30, 0)),
                             rng.choice((34, 35, 36, 37, 200)), rng.choice((0x08, 0x20, 0)),
                             number % 3, length)
        packet = header + body
        sock.sendto(packet[:rng.randrange(len(packet))] if number % 4 == 3 else packet,
                    (dst, int(port)))
        time.sleep(0.002)
    print(f"{count} packets")


def take_echoes(missing, seconds):
    for sock in select.select(list(missing), [], [], seconds)[0]:
        missing[sock].discard(sock.recv(CHUNK))


def steady(seconds, port, *ways):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    missing = {udp_to(*way.split(">"), port): set() for way in ways}
    start = time.monotonic()
    number = 0
    while not stopped and number < float(seconds) * 20:
        while (left := start + number / 20 - time.monotonic()) > 0:
            take_echoes(missing, left)
        for sock, waiting in missing.items():
            data = struct.pack("!I", number) + bytes(100)
            waiting.add(data)
            sock.send(data)
        number += 1
    end = time.monotonic() + 3
    while any(missing.values()) and (left := end - time.monotonic()) > 0:
        take_echoes(missing, left)
    for way, waiting in zip(ways, missing.values()):
        first = min((struct.unpack("!I", data[:4])[0] for data in waiting), default="none")
        print(f"{way}: {len(waiting)} of {number} lost, first {first}")
    if any(missing.values()):
        sys.exit(1)


def natt(address, port):
    """What a keying daemon does with its port 4500; the kernel hands it what is not ESP."""
    udp_encap, espinudp = 100, 2
    sock = socket.socket(family_of(address), socket.SOCK_DGRAM)
    sock.bind((address, int(port)))
    sock.setsockopt(socket.IPPROTO_UDP, udp_encap, espinudp)
    print("ready", flush=True)
    while True:
        print("received", sock.recv(CHUNK)[:8].hex(), flush=True)


def too_big(src, dst, spi, mtu):
    """ICMP "fragmentation needed", or ICMPv6 "packet too big", from src to dst."""
    esp = struct.pack("!II", int(spi, 0), 1)
    if family_of(src) == socket.AF_INET6:
        quoted = struct.pack("!IHBB16s16s", 6 << 28, 1400, socket.IPPROTO_ESP, 64,
                             *(socket.inet_pton(socket.AF_INET6, end) for end in (dst, src)))
        packet = struct.pack("!BBHI", 2, 0, 0, int(mtu)) + quoted + esp + bytes(64)
        proto = socket.IPPROTO_ICMPV6  # the kernel fills in the checksum
    else:
        quoted = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 1400, 1, 0x4000, 64, socket.IPPROTO_ESP, 0,
                             *(socket.inet_aton(end) for end in (dst, src)))
        packet = struct.pack("!BBHHH", 3, 4, 0, 0, int(mtu)) + quoted + esp
        packet = packet[:2] + struct.pack("!H", ip_checksum(packet)) + packet[4:]
        proto = socket.IPPROTO_ICMP
    sock = socket.socket(family_of(src), socket.SOCK_RAW, proto)
    sock.bind((src, 0))
    sock.sendto(packet, (dst, 0))


def frames_of(path):
    """Frames of a pcap file as tcpdump writes it (Ethernet, host order)."""
    with open(path, "rb") as file:
        magic, *_, link = struct.unpack("=IHHiIII", file.read(24))
        if magic not in (0xA1B2C3D4, 0xA1B23C4D) or link != 1:
            sys.exit(f"{path}: not an Ethernet capture of this machine")
        while head := file.read(16):
            yield file.read(struct.unpack("=IIII", head)[2])


def ip_checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def changed(frame, how, number):
    """The number'th Ethernet frame with IPv4 and ESP, changed as asked."""
    frame = bytearray(frame)
    esp = 14 + (frame[14] & 15) * 4
    if how == "corrupt":
        frame[-1] ^= 1
    elif how == "body":
        frame[(esp + 16 + len(frame)) // 2] ^= 0x80
    elif how.startswith("spi="):
        frame[esp:esp + 4] = struct.pack("!I", int(how[4:], 0))
    elif how.startswith("tos="):
        values = how[4:].split(",")
        frame[15] = int(values[number % len(values)], 0)
        frame[24:26] = b"\0\0"
        frame[24:26] = struct.pack("!H", ip_checksum(bytes(frame[14:esp])))
    elif how == "short":
        frame = frame[:esp + (len(frame) - esp) // 2]
        frame[16:18] = struct.pack("!H", len(frame) - 14)
        frame[24:26] = b"\0\0"
        frame[24:26] = struct.pack("!H", ip_checksum(bytes(frame[14:esp])))
    elif how != "same":
        sys.exit(f"no way to send named {how}")
    return bytes(frame)


def resend(device, path, src, how):
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    raw.bind((device, 0))
    count = 0
    for frame in frames_of(path):
        if (frame[12:14] == b"\x08\x00" and frame[23] == socket.IPPROTO_ESP and
                frame[26:30] == socket.inet_aton(src)):
            raw.send(changed(frame, how, count))
            count += 1
    print(count)


COMMANDS = {"answer": answer, "sweep": sweep, "transfer": transfer, "flood": flood,
            "resend": resend, "burst": burst, "stream": stream, "garbage": garbage,
            "steady": steady, "natt": natt, "too-big": too_big, "mark": mark, "listen": listen}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]](*sys.argv[2:])
