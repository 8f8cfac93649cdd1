# SPDX-License-Identifier: GPL-2.0-or-later
"""Outer fragments: what they make, the stack decides before svti sees it (RFC 791, RFC 5722)."""
import random
import struct

import net
import packet
from world import ENCAP_PORT, ME, PEER, STRANGER, V4, Wrong


def piece(w, proto, payload, number, offset, more):
    """One fragment; offset in octets, a multiple of 8."""
    if w.outer == V4:
        return w.outer_packet(proto, payload, number=number, offset=offset, more=more)
    header = struct.pack("!BBHI", proto, 0, offset | more, number)
    return w.outer_packet(44, header + payload)


def cut(w, data, places, number):
    """The payload of an outer packet in pieces of their own, by offsets."""
    proto, payload = (data[9], data[20:]) if w.outer == V4 else (data[6], data[40:])
    edges = [0, *places, len(payload)]
    return [piece(w, proto, payload[a:b], number, a, b < len(payload))
            for a, b in zip(edges, edges[1:])]


class Fragments:
    def __init__(self, world):
        self.world, self.number, self.rng = world, 0, random.Random(4)
        self.proto = 17 if world.encap else 50

    def sealed(self, size=200):
        self.number += 1
        inner = self.world.inner_packet(size)
        return inner, self.world.genuine(inner)

    def arrive(self, pieces, inner):
        """inner: what must be delivered, or None. Nothing may be counted as dropped."""
        before = self.world.counters()
        for one in pieces:
            self.world.inject(one)
        wanted = [inner] if inner else []
        self.world.check_delivered(wanted, self.world.collect(self.world.inner, len(wanted)))
        self.world.check_counters(before, {"sa packets": len(wanted)})
        return len(pieces)

    def whole(self):
        """In order, backwards, in disorder; cut in two at every place, and in many."""
        count = 0
        for place in range(8, 200, 8):
            inner, data = self.sealed()
            pieces = cut(self.world, data, [place], self.number)
            count += self.arrive(pieces[::self.rng.choice((1, -1))], inner)
        for _ in range(20):
            inner, data = self.sealed()
            pieces = cut(self.world, data, range(8, 200, 8), self.number)
            self.rng.shuffle(pieces)
            count += self.arrive(pieces, inner)
        return count

    def lacking(self):
        """One piece never comes."""
        count = 0
        for place in range(3):
            _, data = self.sealed()
            pieces = cut(self.world, data, [64, 128], self.number)
            del pieces[place]
            count += self.arrive(pieces, None)
        return count

    def overlapping(self):
        """RFC 5722 3: overlapping pieces spoil the whole, whatever comes after them."""
        count = 0
        for shift in (8, 16, 24):
            _, data = self.sealed()
            first, last = cut(self.world, data, [96], self.number)
            forged = piece(self.world, self.proto, bytes(48), self.number, 96 - shift, True)
            count += self.arrive([first, forged, last], None)
        return count

    def forged_middle(self):
        """A piece of somebody else's in place of one: the whole is forged, and counted so."""
        world = self.world
        _, data = self.sealed()
        first, _, last = cut(self.world, data, [64, 128], self.number)
        middle = piece(world, self.proto, bytes(64), self.number, 64, True)
        before = world.counters()
        for one in (first, middle, last):
            world.inject(one)
        world.check_delivered([], world.collect(world.inner, 0))
        world.check_counters(before, {"rx_auth_failed": 1, "sa auth-failed": 1})
        return 3

    def beyond(self):
        """Offsets that end beyond 65535 octets ("ping of death")."""
        _, data = self.sealed()
        first = cut(self.world, data, [64], self.number)[0]
        last = piece(self.world, self.proto, bytes(1000), self.number, 65528, False)
        return self.arrive([first, last], None)

    def all(self):
        return sum(step() for step in (self.whole, self.lacking, self.overlapping,
                                       self.forged_middle, self.beyond))


def fragments(world):
    """ESP in outer fragments: whole, lacking one, overlapping, forged, beyond the end."""
    return Fragments(world).all()


def icmp_message(w, kind, code, rest, quote):
    body = bytes([kind, code, 0, 0]) + rest.to_bytes(4, "big") + quote
    pseudo = b"" if w.outer == V4 else \
        net.packed(PEER[w.outer]) + net.packed(ME[w.outer]) + struct.pack("!II", len(body), 58)
    check = packet.checksum(pseudo + body)
    return w.outer_packet(1 if w.outer == V4 else 58, body[:2] + struct.pack("!H", check) + body[4:])


def icmp_errors(w):
    """ICMP errors about packets that we never sent, that quote too little, or that lie: none of
    them is counted, and what they make of the path MTU is bounded."""
    def quote(spi, dst):
        return packet.ip(ME[w.outer], dst, 50, struct.pack("!II", spi, 1))
    quotes = [quote(w.spi + 1, PEER[w.outer]), quote(w.spi + 7, PEER[w.outer]),
              quote(w.spi, PEER[w.outer]), quote(w.spi + 1, STRANGER[w.outer])]
    kinds = ((3, 4), (3, 1), (3, 3), (4, 0), (5, 1), (11, 0), (12, 0)) if w.outer == V4 else \
        ((2, 0), (1, 0), (1, 4), (3, 0), (4, 0), (137, 0))
    before, count = w.counters(), 0
    for whole in quotes:
        for kind, code in kinds:
            for rest in (0, 1, 67, 68, 500, 1279, 1280, 65535, 0xFFFFFFFF):
                for length in (0, 20, 24, 28, 40, 44, 48):
                    w.inject(icmp_message(w, kind, code, rest, whole[:length]))
                    count += 1
    w.check_counters(before, {})
    # Linux believes no path MTU below 552 (IPv6: 1280); what fits these must still pass.
    for _ in w.collect(w.cable, 0):
        pass
    more = {"df": True} if w.version == V4 else {}
    w.send(w.inner_back(400, **more))
    if not [data for data in map(w.esp_of, w.collect(w.cable, 1)) if data]:
        raise Wrong("a forged ICMP error stops the traffic")
    with w.alice:
        for family in ("ipv4", "ipv6"):
            w.alice.sysctl(f"{family}/route/flush", 1)
    return count


def ike_port(w):
    """What is for IKE comes to the socket, whole; what is ESP, or a keepalive, does not."""
    if not w.encap:
        return 0
    w.collect(w.ike, 0)
    wanted = [bytes(4) + b"IKE", bytes(4) + w.protect(), b"\xff\xff", b"\1\2\3\4\5\6\7\10"]
    for payload in (b"\xff", *wanted):
        w.inject(w.outer_packet(17, packet.udp(ENCAP_PORT, ENCAP_PORT, payload)))
    w.check_delivered(wanted, w.collect(w.ike, len(wanted)))
    return len(wanted) + 1


CASES = [fragments, icmp_errors, ike_port]
