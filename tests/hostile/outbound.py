# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that cannot or must not be sent: each one is counted under its reason, and nothing of
it is on the wire."""
import socket

import net
import packet
import svti
from world import HOST_BITS, INNER_ME, INNER_PEER, NET_PEER, PEER, SECRET, UNKNOWN, V4, Wrong


# Of one policy, while nobody answers.
QUESTIONS = 5


class Outbound:
    def __init__(self, world):
        self.world, self.device = world, world.device
        self.version, self.outer = world.version, world.outer

    def inner(self, size=100, **more):
        return self.world.inner_back(size, **more)

    def udp(self, sport, size=32, host=1):
        """To one of the hosts of the other side."""
        net_peer = net.packed(NET_PEER[self.version][0])
        dst = socket.inet_ntop(net.family(INNER_ME[self.version]), net_peer[:-1] + bytes([host]))
        data = packet.udp(sport, 53, (SECRET * (size // 8 + 1))[:size])
        return packet.ip(INNER_ME[self.version], dst, 17, data)

    def refused(self, packets, ethertype=None, **drops):
        """None of them may cause anything on the wire."""
        world = self.world
        world.check_wire()
        before = world.counters()
        packets = list(packets)
        for data in packets:
            world.send(data, ethertype)
        world.check_counters(before, drops)
        # IPv6 tells of its multicast groups whatever one does.
        frames = [frame for frame in world.check_wire() if not frame[0] & 1]
        if frames:
            raise Wrong(f"on the wire, though refused: {frames[0].hex()}")
        return len(packets)

    def no_policy(self):
        return self.refused([self.inner(dst=UNKNOWN[self.version])] * 50, tx_no_policy=50)

    def discard(self):
        self.device.ask("sp-new", ("sp", {
            "dir": "out", "dst": net.packed(INNER_PEER[self.version]), "action": "discard",
            "priority": 1}))
        count = self.refused([self.inner()] * 50, tx_policy_discard=50)
        self.device.ask("sp-flush")
        self.world.policies()
        return count

    def other_protocols(self):
        """No IP at all."""
        count = 0
        for ethertype in (0x0806, 0x8100, 0x88CC, 0xFFFF):
            count += self.refused([self.inner()], ethertype, tx_inner_proto=1)
        return count

    def malformed(self):
        """Headers that lie about version or length, and less than a header."""
        head, size = (20, "total") if self.version == V4 else (40, "length")
        bad = [self.inner(version=version) for version in range(16) if version != self.version]
        bad += [self.inner()[:length] for length in range(1, head)]
        bad += [self.inner(**{size: value}) for value in (*range(101, 120), 0x7FFF, 0xFFFF)]
        if self.version == V4:
            bad += [self.inner(ihl=ihl) for ihl in range(5)]
            bad += [self.inner(total=total) for total in range(20)]
            bad += [self.inner(ihl=15)[:40]]
        return self.refused(bad, tx_inner_malformed=len(bad))

    def too_big(self):
        """Not to be fragmented, and larger than the path."""
        more = {"df": True} if self.version == V4 else {}
        with_df = [self.inner(size, **more) for size in range(1480, 1500)]
        return self.refused(with_df, tx_too_big=len(with_df))

    def no_route(self):
        """The way to the peer is gone."""
        world = self.world
        world.alice.down("wire")
        count = self.refused((self.inner() for _ in range(20)), tx_no_route=20)
        world.alice.up("wire")
        world.underlay()
        return count

    def route_loop(self):
        """The way to the peer leads into the device."""
        world = self.world
        world.alice.via(PEER[self.outer], HOST_BITS[self.outer], "svti0")
        count = self.refused((self.inner() for _ in range(20)), tx_route_loop=20)
        world.alice.via(PEER[self.outer], HOST_BITS[self.outer], "wire")
        return count

    def acquire(self):
        """No SA: packets wait, the oldest fall out, a flush drops the rest. Thousands of flows
        make one question, and take no more room than the limits say."""
        world, flows, room = self.world, 3000, 64
        listener = svti.Listener(self.device.client, "acquire")
        self.device.ask("sa-flush")
        packets = (self.udp(1024 + i, host=1 + i % 60) for i in range(flows))
        count = self.refused(packets, tx_acquire_overflow=flows - room)
        events = listener.heard()
        # One, and one more for each second that passes.
        if not 1 <= len(events) <= QUESTIONS:
            raise Wrong(f"{flows} flows of one policy made {len(events)} questions")
        before = world.counters()
        self.device.ask("sp-flush")
        # What waits is looked up once more, and there is no policy any more.
        world.check_counters(before, {"tx_no_policy": room})
        world.policies()
        world.renew()
        return count

    def storm(self):
        """The same with a policy for each of many flows: the memory of the device bounds it."""
        world, policies = self.world, 250
        listener = svti.Listener(self.device.client, "acquire")
        self.device.ask("sa-flush")
        self.device.ask("sp-flush")
        for first in range(0, policies, 125):
            self.device.ask("sp-new", *(("sp", {
                "dir": "out", "reqid": 1, "proto": 17, "sport-min": 5000 + port}) for port in
                range(first, first + 125)))
        before = world.counters()
        sent = 0
        for _ in range(66):
            for port in range(policies):
                world.send(self.udp(5000 + port, 800))
                sent += 1
        events = listener.heard()
        dropped = world.counters()["tx_acquire_overflow"] - before["tx_acquire_overflow"]
        if not policies <= len(events) <= QUESTIONS * policies:
            raise Wrong(f"{len(events)} questions for {policies} policies")
        if sent - dropped > policies * 64 or (sent - dropped) * 800 > 16 << 20:
            raise Wrong(f"{sent - dropped} packets wait: more than the limits say")
        if [frame for frame in world.check_wire() if not frame[0] & 1]:
            raise Wrong("something on the wire without an SA")
        self.device.ask("sp-flush")
        flushed = world.counters()["tx_no_policy"] - before["tx_no_policy"]
        if flushed != sent - dropped:
            raise Wrong(f"{sent} sent, {dropped} fell out, {flushed} were flushed")
        world.policies()
        world.renew()
        return sent

    def no_memory(self):
        """Any one allocation on the way fails: the packet goes out whole and sealed, or not at
        all and is counted."""
        world, count = self.world, 0
        for turn in range(1, 40):
            before, inner = world.counters(), self.inner()
            failed = net.with_failing(turn, lambda: world.send(inner))
            frames = [data for data in map(world.esp_of, world.check_wire()) if data]
            after = world.counters()
            drops = sum(after.values()) - sum(before.values())
            count += 1
            if failed and len(frames) + drops > 1:
                raise Wrong(f"allocation {turn} failed: {len(frames)} frames, {drops} drops")
            if not failed:
                return count
        raise Wrong("a packet takes 40 allocations, or the fault injection does not work")

    def down(self):
        """The device is down: the stack refuses, and what comes in is counted."""
        world = self.world
        world.alice.down("svti0")
        before = world.counters()
        for _ in range(10):
            world.inject(world.genuine())
        try:
            world.send(self.inner())
            raise Wrong("a device that is down took a packet")
        except OSError:
            pass
        world.check_counters(before, {"rx_device_down": 10})
        world.check_wire()
        world.alice.up("svti0")
        world.inner_routes()
        world.renew()
        return 11

    def all(self):
        return {step.__name__: step for step in (
            self.no_policy, self.discard, self.other_protocols, self.malformed, self.too_big,
            self.no_route, self.route_loop, self.acquire, self.storm, self.no_memory, self.down)}
