# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets from whoever holds the other end of the cable, genuine and not. Each attack is a
function of the world, yields packets that begin with the outer IP header, and leaves it to the
model to say what must become of them."""
import random

import packet
from world import (DISCARDED, ENCAP_PORT, INNER_ME, INNER_PEER, ME, NEXT_HEADER, OTHER_REQID, PEER, PROTO,
                   STRANGER, UNKNOWN, V4, V6)

HEADER = {V4: 20, V6: 40}


def flipped(data, bit):
    data = bytearray(data)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def repaired(data):
    """With the header checksum that an IPv4 header of this length should have."""
    if data[0] >> 4 != 4:
        return data
    ihl = max((data[0] & 15) * 4, 20)
    header = data[:10] + b"\0\0" + data[12:ihl]
    return header[:10] + packet.checksum(header).to_bytes(2, "big") + data[12:]


def genuine(w):
    """Every inner length around several blocks of padding."""
    head = HEADER[w.version]
    for size in [*range(head, head + 80), 500, 1200]:
        yield w.genuine(w.inner_packet(size))


# --- outer headers


def outer_header_bits(w):
    """Each bit of the outer headers turned over, with and without the checksum put right."""
    head = HEADER[w.outer] + (8 if w.encap else 0)
    for bit in range(head * 8):
        yield flipped(w.genuine(), bit)
        if w.outer == V4:
            yield repaired(flipped(w.genuine(), bit))


def outer_options(w):
    """IPv4 options that do nothing, of every length."""
    if w.outer == V4:
        for words in range(11):
            yield w.genuine_in(options=b"\x01" * (4 * words))


def outer_lengths(w):
    """The outer length says less or more than there is; and what is behind it does not count."""
    whole, at = w.genuine(), 2 if w.outer == V4 else 4
    for length in range(len(whole) + 40):
        yield repaired(whole[:at] + length.to_bytes(2, "big") + whole[at + 2:])
    yield w.genuine() + bytes(40)


def udp_lengths(w):
    """UDP lengths that lie, keepalives, and short things."""
    def udp(data, **more):
        return w.outer_packet(17, packet.udp(ENCAP_PORT, ENCAP_PORT, data, **more))
    data = w.protect()
    for length in range(len(data) + 30):
        yield udp(data, length=length)
    for payload in (b"\xff", b"\xff\xff", b"", *(bytes(n) for n in range(1, 20))):
        yield udp(payload)
    for length in range(1, 24):
        yield udp(data[:length])
    # Behind a non-ESP marker nothing is ESP.
    yield udp(bytes(4) + data)
    yield udp(w.protect(), check=0x1234)


def other_way_to_come(w):
    """RFC 7296 2.23: with and without UDP, whichever the SA has. Who sends does not matter: the
    ICV says who made it."""
    for src in (None, STRANGER[w.outer], {V4: "203.0.113.9", V6: "2001:db8::9"}[w.outer]):
        yield w.outer_packet(50, w.protect(), src=src)
        for port in (ENCAP_PORT, 1, 65535):
            yield w.outer_packet(17, packet.udp(port, ENCAP_PORT, w.protect()), src=src)


# --- ESP


def esp_bits(w):
    """Each bit of an ESP packet turned over; at last the packet as it was."""
    data = w.protect()
    for bit in range(len(data) * 8):
        yield w.wrap(flipped(data, bit))
    yield w.wrap(data)


def truncated(w):
    """Cut after every octet, and lengthened by a few; at last the packet as it was."""
    data = w.protect()
    for length in range(len(data)):
        yield w.wrap(data[:length])
    for more in range(1, 40):
        yield w.wrap(data + bytes(more))
    yield w.wrap(data)


def odd_lengths(w):
    """Sealed well, but of a length that no padding makes."""
    if w.theirs.suite.block > 4:
        return  # the cipher cannot seal such a thing
    for length in range(24):
        yield w.wrap(w.theirs.seal(bytes(length)))


def padding(w):
    """Every length of padding, right; then with one octet of it wrong; then more than there is."""
    block = w.theirs.suite.block
    for pad in range(256):
        size = 80 + -(80 + pad + 2) % block
        yield w.genuine(w.inner_packet(size), pad=pad)
        for wrong in {0, pad // 2, pad - 1} if pad else ():
            octets = bytearray(range(1, pad + 1))
            octets[wrong] ^= 1 << wrong % 8
            yield w.genuine(w.inner_packet(size), pad=pad, padding=bytes(octets))
    for length in (block, 2 * block, 4 * block, 256):
        for pad in range(256):
            yield w.wrap(w.theirs.seal(bytes(range(1, length - 1)) + bytes([pad, 4])))


def next_headers(w):
    """Every next header."""
    for number in range(256):
        yield w.genuine(next_header=number)


def spis(w):
    """SPIs that are reserved, and SPIs of nobody."""
    rng = random.Random(2)
    data = w.protect()
    for spi in [*range(256), *(rng.randrange(1 << 32) for _ in range(200))]:
        yield w.wrap(spi.to_bytes(4, "big") + data[4:])


def replayed(w):
    """Sequence numbers in disorder, again, too old, and none."""
    rng = random.Random(3)
    top = w.theirs.seq
    sealed = {}
    for _ in range(1500):
        seq = max(0, top + rng.choice((rng.randrange(-1100, 60), -1023, -1024, -1025, 0, 1)))
        if seq not in sealed:
            sealed[seq] = w.genuine(seq=seq)
        top = max(top, seq)
        yield sealed[seq]
    w.theirs.seq = top


def far_ahead(w):
    """Steps that clear the whole window; at the end the last sequence number that there is."""
    steps = [1 << 10, 1 << 20, (1 << 31) - 5, (1 << 31) - 4, (1 << 31) + 1000,
             (1 << 32) - 2, (1 << 32) - 1]
    if w.esn:
        steps += [1 << 32, (1 << 32) + 1, (1 << 32) + 5000]
    for seq in steps:
        data = w.genuine(seq=seq)
        yield from (data, data, w.genuine(seq=seq - 700))
    w.theirs.seq = steps[-1]


# --- the inner packet


def inner_headers(w):
    """Every version, and for IPv4 every header length, of the inner packet."""
    for version in range(16):
        for ihl in range(16) if w.version == V4 else (None,):
            more = {"ihl": ihl} if w.version == V4 else {}
            yield w.genuine(w.inner_packet(version=version, **more))


def inner_lengths(w):
    """Inner lengths that lie, and inner packets cut short."""
    name = "total" if w.version == V4 else "length"
    for value in [*range(140), 1000, 0x7FFF, 0xFFFF]:
        yield w.genuine(w.inner_packet(100, **{name: value}))
    for length in range(81):
        yield w.genuine(w.inner_packet(80)[:length])
    if w.version == V4:
        for options in range(11):
            inner = w.inner_packet(28, options=b"\1" * 4 * options)
            for length in range(20, len(inner) + 1):
                yield w.genuine(inner[:length])


def extension_headers(w):
    """IPv6: chains of extension headers: long, cut, with lengths that lie, and ports too late."""
    if w.version == V4:
        return
    def inner(first, chain):
        return packet.ipv6(INNER_PEER[V6], INNER_ME[V6], first, chain)
    def option(following, length=0):
        return bytes([following, length]) + b"\1\4" + bytes(4)
    for count in range(1, 13):
        chain = option(60) * (count - 1) + option(PROTO) + w.payload(80)
        yield w.genuine(inner(60, chain))
        yield w.genuine(inner(0, chain))
    for length in range(256):
        yield w.genuine(inner(43, option(PROTO, length) + w.payload(120)))
    for cut in range(40):
        whole = inner(60, option(44) + option(43) + option(17) + bytes(12))
        yield w.genuine(packet.ipv6(INNER_PEER[V6], INNER_ME[V6], 60, whole[40:40 + cut]))
    for proto in (6, 17, 33, 132, 136, 50, 51, 58, 59, 253, 43):
        for offset in (0, 1, 7, 8, 0xFFF8):
            fragment = bytes([proto, 0]) + offset.to_bytes(2, "big") + bytes(4)
            for rest in (0, 3, 4, 8):
                yield w.genuine(inner(44, fragment + bytes(rest)))


def inner_noise(w):
    """Sealed noise."""
    rng = random.Random(1)
    mine = NEXT_HEADER[w.version]
    for _ in range(300):
        yield w.genuine(rng.randbytes(rng.randrange(200)), next_header=rng.choice((mine, mine, 59)))
    for _ in range(300):
        yield w.genuine(flipped(w.inner_packet(50 + rng.randrange(80)),
                                rng.randrange(HEADER[w.version] * 8)))


def ecn(w):
    """RFC 6040: every pair of codepoints."""
    for outer in range(4):
        for inner in range(4):
            yield w.genuine_in(tos=0xB8 | outer, inner=w.inner_packet(tos=0x28 | inner))


def policies(w):
    """Inner addresses for which other policies are there, or none."""
    v = w.version
    odd = {V4: ("255.255.255.255", "224.0.0.1", "127.0.0.1", "0.0.0.0", "10.1.0.77"),
           V6: ("ff02::1", "::1", "::", "fe80::1", "fd01::77")}[v]
    for src in (INNER_PEER[v], DISCARDED[v], OTHER_REQID[v], UNKNOWN[v], INNER_ME[v], ME[v],
                PEER[v], *odd):
        for dst in (INNER_ME[v], INNER_PEER[v], ME[v], *odd):
            yield w.genuine(packet.ip(src, dst, PROTO, w.payload(80)))


ATTACKS = [genuine, outer_header_bits, outer_options, outer_lengths, udp_lengths,
           other_way_to_come, esp_bits, truncated, odd_lengths, padding, next_headers, spis,
           replayed, inner_headers, inner_lengths, extension_headers, inner_noise, ecn, policies,
           far_ahead]
