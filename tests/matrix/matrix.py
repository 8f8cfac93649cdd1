#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""matrix.py whole|pairwise [WORD...]

svti on one side and the kernel's xfrm on the other, in every combination of the axes (axes.py):
packets of all sizes around the padding and the path MTU go both ways, arrive octet for octet, and
look alike on the wire. With WORDs only the combinations whose names have them all. Ends with

    matrix: N passed, N failed
"""
import errno
import os
import random
import select
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lab"))
import axes
import net
import netlink
import packet
import rig as lab
from axes import V4, V6

HEADER = {V4: 20, V6: 40}
UDP = 8
# The cost of all this is by the octet: plain C with every access checked.
MIDDLE = (300, 1000)
# Beyond the path MTU, for what may be fragmented.
LARGE = (3100,)
# Where the lower half of an extended sequence number begins anew. A receiver believes in steps
# of less than 2^31 (RFC 4303 A2.2).
HALFWAY, BEFORE_TURN, TURN = 0x7FFFFFF0, 0xFFFFFFFB, 1 << 32


class Wrong(Exception):
    """Two sides that differ."""


def room(c):
    """Octets for ESP in an outer packet that fits the path."""
    return lab.PATH_MTU - HEADER[c.outer] - (UDP if c.encap else 0)


def cleartext(c):
    """Octets of the inner packet that ESP does not carry: in transport mode its header."""
    return 0 if c.mode == "tunnel" else HEADER[c.inner]


def largest(c):
    """The largest inner packet that fits the path."""
    return cleartext(c) + c.algo.inner_max(room(c))


def wire_length(c, inner):
    """Of the outer packet, its IP header included."""
    return (HEADER[c.outer] + (UDP if c.encap else 0) + 8 + c.algo.cipher.iv +
            c.algo.cipher_len(inner - cleartext(c)) + c.algo.icv)


class Inner:
    """An inner packet, the same in both directions but for the addresses."""

    def __init__(self, c, rng, size, df):
        self.size, self.df = size, df
        self.tos, self.ttl = rng.randrange(256), rng.randrange(1, 256)
        self.number = rng.randrange(1, 65536)
        self.payload = rng.randbytes(size - HEADER[c.inner])
        self.version = c.inner

    def between(self, src, dst):
        if self.version == V4:
            return packet.ipv4(src, dst, lab.PROTO, self.payload, tos=self.tos, ttl=self.ttl,
                               df=self.df, number=self.number)
        return packet.ipv6(src, dst, lab.PROTO, self.payload, tos=self.tos, ttl=self.ttl,
                           flow=self.number)


def inner_packets(c, rng):
    """Those that fit: every remainder of the padding, and up to the last octet of the path."""
    head, last, block = HEADER[c.inner], largest(c), c.algo.block
    edge = (last - block, last - block + 1, last - 1, last)
    sizes = [*range(head, head + 2 * block + 1), *MIDDLE, *edge]
    return [Inner(c, rng, size, df=i % 2 == 0) for i, size in enumerate(sizes)]


def large_packets(c, rng):
    """Those that the path takes in fragments alone; IPv6 is not fragmented on the way."""
    if c.inner == V6:
        return []
    return [Inner(c, rng, size, df=False) for size in (largest(c) + 1, *LARGE)]


class Frame:
    """An outer packet as it crossed the wire."""

    def __init__(self, frame):
        ip = frame[lab.ETHERNET:]
        self.data = frame
        self.to_group = frame[0] & 1
        self.outbound = frame[6:12] == lab.ALICE_MAC
        if ip[0] >> 4 == 4:
            self.length = int.from_bytes(ip[2:4], "big")
            self.tos, self.proto = ip[1], ip[9]
            flags = int.from_bytes(ip[6:8], "big")
            self.df, self.fragment = bool(flags & packet.DF), bool(flags & 0x3FFF)
        else:
            self.length = 40 + int.from_bytes(ip[4:6], "big")
            self.tos, self.proto = (ip[0] << 4 | ip[1] >> 4) & 0xFF, ip[6]
            self.df, self.fragment = None, self.proto == 44

    def __repr__(self):
        return f"{self.length} octets, tos {self.tos:#x}, df {self.df}, protocol {self.proto}"


class Run:
    """One combination."""

    def __init__(self, rig, c, number):
        self.rig, self.c = rig, c
        self.rng = random.Random(f"{number} {c}")
        self.spi = 0x1000 + 2 * number
        self.packets = self.octets = self.sent = self.arrived = 0
        self.addresses = rig.inner_addresses(c)
        self.svti, self.raw = rig.svti_end[c.inner], rig.raw_end[self.addresses[1]]

    def sides(self, outbound):
        """Sender, receiver, and their addresses."""
        a, b = self.addresses
        return (self.svti, self.raw, a, b) if outbound else (self.raw, self.svti, b, a)

    def carry(self, inners, outbound):
        """Send all; all must arrive, in order, as they were."""
        sender, receiver, src, dst = self.sides(outbound)
        way = "svti to xfrm" if outbound else "xfrm to svti"
        wanted = [inner.between(src, dst) for inner in inners]
        for data in wanted:
            try:
                sender.send(data, dst)
            except OSError as error:
                raise Wrong(f"{way}: {len(data)} octets: {error}") from error
        got = self.receive(receiver, len(wanted))
        for data, arrived in zip(wanted, got):
            if data != arrived:
                raise Wrong(f"{way}: {len(data)} octets were sent, these {len(arrived)} came: "
                            f"{data[:60].hex()} {arrived[:60].hex()}")
        if len(got) != len(wanted):
            raise Wrong(f"{way}: {len(wanted)} packets were sent, {len(got)} came; "
                        f"svti dropped {self.rig.device.drops()}, counted {self.counted()}")
        self.count(wanted, outbound)

    def count(self, data, outbound):
        self.packets += len(data)
        self.octets += sum(map(len, data))
        if outbound:
            self.sent += len(data)
        else:
            self.arrived += len(data)

    @staticmethod
    def receive(receiver, count):
        """Usually all is there when sending has returned."""
        got = list(receiver.received())
        end = time.monotonic() + 2
        while len(got) < count and time.monotonic() < end:
            select.select([receiver.socket], [], [], 0.1)
            got += receiver.received()
        return got

    def refuse_too_big(self):
        """One octet more than fits, and not to be fragmented: neither side sends it."""
        inner = Inner(self.c, self.rng, largest(self.c) + 1, df=True)
        sender, _, src, dst = self.sides(outbound=False)
        try:
            sender.send(inner.between(src, dst), dst)
            raise Wrong(f"xfrm sent {inner.size} octets: the reckoning of this test is wrong")
        except OSError:
            pass
        before = self.rig.device.drops().get("tx_too_big", 0)
        sender, _, src, dst = self.sides(outbound=True)
        sender.send(inner.between(src, dst), dst)
        if self.rig.device.drops().get("tx_too_big", 0) != before + 1:
            raise Wrong(f"svti did not drop {inner.size} octets as too big")

    def check_wire(self, inners):
        """Both sides make the same of the same packet, and nothing in clear text."""
        frames = [Frame(data) for data in net.drain(self.rig.tap)]
        # IPv6 tells of its multicast groups whatever one does.
        whole = [frame for frame in frames if not frame.fragment and not frame.to_group]
        ours = [frame for frame in whole if frame.outbound]
        theirs = [frame for frame in whole if not frame.outbound]
        proto = 17 if self.c.encap else 50
        for frame in whole:
            if frame.proto != proto:
                raise Wrong(f"neither ESP nor ESP in UDP on the wire: {frame}")
        if not len(ours) == len(theirs) == len(inners):
            raise Wrong(f"{len(inners)} packets each way, {len(ours)} and {len(theirs)} frames")
        for inner, mine, other in zip(inners, ours, theirs):
            if mine.length != wire_length(self.c, inner.size):
                raise Wrong(f"{inner.size} octets make {mine}, expected "
                            f"{wire_length(self.c, inner.size)} octets")
            if (mine.length, mine.df, mine.tos >> 2) != (other.length, other.df, other.tos >> 2):
                raise Wrong(f"{inner.size} octets, df {inner.df}: svti sends {mine}, xfrm {other}")
        if not self.c.algo.clear:
            self.check_secret(frames, inners)

    @staticmethod
    def check_secret(frames, inners):
        secrets = [inner.payload[:16] for inner in inners if len(inner.payload) >= 8]
        everything = b"".join(frame.data for frame in frames)
        for secret in secrets:
            if secret in everything:
                raise Wrong(f"clear text on the wire: {secret.hex()}")

    def turn(self):
        """ESN: xfrm's sequence numbers pass 2^32 on the way to svti."""
        src, dst = lab.BOB[self.c.outer], lab.ALICE[self.c.outer]
        few = inner_packets(self.c, self.rng)[:TURN - BEFORE_TURN + 1]
        for sequence in (HALFWAY, BEFORE_TURN):
            self.rig.xfrm.set_sequence(src, dst, self.spi, sequence)
            self.carry(few, outbound=False)
        (seq,) = [sa["seq"] for sa in self.rig.device.sas() if sa["spi"] == self.spi]
        if seq != BEFORE_TURN + len(few) or seq < TURN:
            raise Wrong(f"svti's sequence number is {seq:#x} after the turn")

    def counted(self):
        """Packets, by SPI."""
        return {sa["spi"]: sa["packets"] for sa in self.rig.device.sas()}

    def check_counters(self):
        """Each SA has counted what crossed it, and nothing else."""
        counted = self.counted()
        wanted = {self.spi: self.arrived, self.spi + 1: self.sent}
        if counted != wanted:
            raise Wrong(f"the SAs counted {counted}, expected {wanted}")

    def all(self):
        self.rig.install(self.c, self.spi)
        inners = inner_packets(self.c, self.rng)
        self.carry(inners, outbound=True)
        self.carry(inners, outbound=False)
        self.check_wire(inners)
        self.refuse_too_big()
        large = large_packets(self.c, self.rng)
        self.carry(large, outbound=True)
        self.carry(large, outbound=False)
        if self.c.esn:
            self.turn()
        self.check_counters()


def check_table(rig):
    """svti knows those pairs of transforms that the axes have, and no other."""
    wanted = {algo.ids for algo in axes.AXES.algo}
    sa = {"spi": 300, "dir": "in", "src": bytes(4), "dst": bytes(4), "encr-key": b"k"}
    for encr in range(40):
        for integ in range(20):
            try:
                rig.device.ask("sa-new", ("sa", sa | {"encr": encr, "integ": integ}))
                known = True
            except netlink.Refused as why:
                known = why.errno != errno.EOPNOTSUPP
            if known != ((encr, integ) in wanted):
                raise Wrong(f"encryption {encr} with integrity {integ}: svti "
                            f"{'knows it' if known else 'refuses it'}, the axes do not agree")


def say(text):
    print(f"matrix: {text}", flush=True)


def attempt(what, function):
    """True if it went well."""
    try:
        function()
        return True
    except (Wrong, netlink.Refused) as why:
        say(f"FAILED {what}: {why}")
        return False


def main():
    how, words = sys.argv[1], sys.argv[2:]
    chosen = axes.whole()
    whole = len(chosen)
    if how == "pairwise":
        chosen = axes.pairwise(chosen)
    chosen = [c for c in chosen if all(word in str(c).split() for word in words)]
    start = time.monotonic()
    rig = lab.Rig()
    passed = packets = octets = 0
    for number, c in enumerate(chosen):
        run = Run(rig, c, number)
        passed += attempt(c, run.all)
        packets, octets = packets + run.packets, octets + run.octets
        rig.remove()
    failed = len(chosen) - passed
    if attempt("table of algorithms", lambda: check_table(rig)):
        passed += 1
    else:
        failed += 1
    say(f"{len(chosen)} of {whole} combinations, {packets} packets and {octets} octets compared, "
        f"{time.monotonic() - start:.1f} s")
    say(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0 or not chosen)


main()
