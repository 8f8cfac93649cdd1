# SPDX-License-Identifier: GPL-2.0-or-later
"""Alice with svti, whoever holds the other end of her cable, and what must be true of both after
every attack."""
import collections
import errno
import select
import socket
import time

import esp
import model
import net
import netlink
import packet
import svti

V4, V6 = 4, 6
ME = {V4: "192.168.0.1", V6: "fd00::1"}
PEER = {V4: "192.168.0.2", V6: "fd00::2"}
STRANGER = {V4: "192.168.0.3", V6: "fd00::3"}
UNDERLAY = {V4: ("192.168.0.0", 24), V6: ("fd00::", 64)}
INNER_ME = {V4: "10.1.0.1", V6: "fd01::1"}
INNER_PEER = {V4: "10.2.0.1", V6: "fd02::1"}
NET_ME = {V4: ("10.1.0.0", 24), V6: ("fd01::", 120)}
NET_PEER = {V4: ("10.2.0.0", 24), V6: ("fd02::", 120)}
# Inner sources that the inbound policies tell apart.
DISCARDED = {V4: "10.2.0.129", V6: "fd02::81"}
OTHER_REQID = {V4: "10.2.0.65", V6: "fd02::41"}
UNKNOWN = {V4: "10.3.0.1", V6: "fd03::1"}
HOST_BITS = {V4: 32, V6: 128}
ETHERTYPE = {V4: net.ETH_IPV4, V6: net.ETH_IPV6}
NEXT_HEADER = {V4: 4, V6: 41}
ENCAP_PORT = model.ENCAP_PORT
MAC_ME, MAC_PEER = b"\x02\0\0\0\0\x0a", b"\x02\0\0\0\0\x0b"
PROTO = 253  # RFC 3692: for experiments. Nobody answers it.
WINDOW = 1024
# Part of each inner packet: it must not be seen on the wire.
SECRET = bytes.fromhex("5ec7e75ec7e75ec7")


class Wrong(Exception):
    """Something that must not be."""


def verdict(inner):
    """What the inbound policies say of a packet; see World.policies()."""
    version = inner[0] >> 4
    src, dst = (inner[12:16], inner[16:20]) if version == V4 else (inner[8:24], inner[24:40])
    # Both nets have 8 bits for the hosts.
    if src[:-1] != net.packed(NET_PEER[version][0])[:-1] or \
            dst[:-1] != net.packed(NET_ME[version][0])[:-1]:
        return "rx_no_policy"
    if src[-1] >= 128:
        return "rx_policy_discard"
    return "rx_policy_mismatch" if src[-1] >= 64 else model.DELIVERED


class World:
    """outer and inner: versions of IP."""

    def __init__(self, algo, esn=True, encap=False, outer=V4, inner=V4):
        self.algo, self.esn, self.encap = algo, esn, encap
        self.outer, self.version = outer, inner
        self.me, self.peer_address = ME[outer], PEER[outer]
        self.alice, self.peer = net.Namespace(), net.Namespace()
        self.wire()
        self.alice.link("lan", "dummy")
        self.alice.up("lan")
        self.device = svti.Device(svti.Spec(), self.alice)
        self.alice.mtu("svti0", 9000)
        for version in (V4, V6):
            self.alice.address("lo", INNER_ME[version], HOST_BITS[version])
            self.alice.via(*NET_ME[version], "lan")
        self.inner_routes()
        self.policies()
        self.inner = self.alice.packet_socket("svti0", ETHERTYPE[inner])
        self.tap = self.alice.packet_socket("wire", net.ETH_ALL)
        self.cable = self.peer.packet_socket("wire", net.ETH_ALL)
        self.ike = self.ike_socket()
        self.spi = 0x1000
        self.renew()

    def __str__(self):
        return (f"{self.algo.name}, IPv{self.version} in IPv{self.outer}" + ", esn" * self.esn +
                ", encap" * self.encap)

    def close(self):
        for sock in (self.inner, self.tap, self.cable, self.ike):
            sock.close()
        self.device.client.close()
        self.alice.unlink("svti0")
        self.alice.close()
        self.peer.close()

    # --- configuration

    def wire(self):
        self.alice.veth("wire", self.peer, "wire")
        self.alice.lladdr("wire", MAC_ME)
        self.peer.lladdr("wire", MAC_PEER)
        for namespace in (self.alice, self.peer):
            namespace.up("wire")
        self.underlay()

    def underlay(self):
        """Also again, after the wire has been down."""
        for version in (V4, V6):
            try:
                self.alice.address("wire", ME[version], HOST_BITS[version])
            except netlink.Refused as why:
                if why.errno != errno.EEXIST:
                    raise
            self.alice.via(*UNDERLAY[version], "wire")
            for there in (PEER[version], STRANGER[version]):
                self.alice.neighbour("wire", there, MAC_PEER)

    def inner_routes(self):
        for version in (V4, V6):
            self.alice.via(*NET_PEER[version], "svti0")

    def ike_socket(self):
        """What a keying daemon does with its port: the kernel takes ESP out of it."""
        with self.alice:
            sock = socket.socket(socket.AF_INET if self.outer == V4 else socket.AF_INET6,
                                 socket.SOCK_DGRAM)
        if self.outer == V6:
            sock.setsockopt(socket.IPPROTO_UDP, 102, 1)  # UDP_NO_CHECK6_RX
        sock.bind((self.me, ENCAP_PORT))
        sock.setsockopt(socket.IPPROTO_UDP, 100, 2)  # UDP_ENCAP, UDP_ENCAP_ESPINUDP
        sock.setblocking(False)
        return sock

    def policies(self):
        """One way out, and inbound ones that verdict() knows, too."""
        for version in (V4, V6):
            (here, bits), (there, _) = NET_ME[version], NET_PEER[version]
            here, there = net.packed(here), net.packed(there)
            inbound = {"dir": "in", "dst": here, "dst-prefix": bits}
            self.device.ask(
                "sp-new",
                ("sp", {"dir": "out", "src": here, "src-prefix": bits, "dst": there,
                        "dst-prefix": bits, "reqid": 1}),
                ("sp", inbound | {"src": there, "src-prefix": bits, "reqid": 1}),
                ("sp", inbound | {"src": there[:-1] + b"\x80", "src-prefix": bits + 1,
                                  "priority": 10, "action": "discard"}),
                ("sp", inbound | {"src": there[:-1] + b"\x40", "src-prefix": bits + 2,
                                  "priority": 10, "reqid": 2}))

    def sa(self, spi, way, src, dst):
        keys = self.algo.new_keys(spi)
        fields = {"spi": spi, "dir": way, "src": net.packed(src), "dst": net.packed(dst),
                  "reqid": 1} | self.algo.for_svti(*keys)
        if self.esn:
            fields["flags"] = ("esn",)
        if self.encap:
            fields |= {"encap-sport": ENCAP_PORT, "encap-dport": ENCAP_PORT}
        if way == "in":
            fields["replay-window"] = WINDOW
        return ("sa", fields), esp.Sa(spi, self.algo, keys, self.esn)

    def renew(self):
        """New SAs, and nothing left of the old ones."""
        self.device.ask("sa-flush")
        self.spi += 2
        inbound, self.theirs = self.sa(self.spi, "in", self.peer_address, self.me)
        outbound, self.ours = self.sa(self.spi + 1, "out", self.me, self.peer_address)
        self.device.ask("sa-new", inbound, outbound)
        self.receiver = model.Receiver(self.theirs, self.me, WINDOW, verdict)

    # --- packets

    def payload(self, size):
        """For an inner packet of so many octets."""
        return (SECRET * (size // 8 + 1))[:max(size - (20 if self.version == V4 else 40), 0)]

    def inner_packet(self, size=80, src=None, dst=None, **more):
        return packet.ip(src or INNER_PEER[self.version], dst or INNER_ME[self.version], PROTO,
                         self.payload(size), **more)

    def inner_back(self, size=100, dst=None, **more):
        """The other way, into the device."""
        return packet.ip(INNER_ME[self.version], dst or INNER_PEER[self.version], PROTO,
                         self.payload(size), **more)

    def outer_packet(self, proto, data, src=None, **more):
        """From the other end of the cable to Alice."""
        return packet.ip(src or self.peer_address, self.me, proto, data, **more)

    def wrap(self, data, **more):
        """Outer headers for ESP to Alice."""
        if not self.encap:
            return self.outer_packet(50, data, **more)
        return self.outer_packet(17, packet.udp(ENCAP_PORT, ENCAP_PORT, data), **more)

    def protect(self, inner=None, **more):
        """ESP of the next sequence number."""
        more.setdefault("next_header", NEXT_HEADER[self.version])
        return self.theirs.protect(self.inner_packet() if inner is None else inner, **more)

    def genuine(self, inner=None, **more):
        return self.wrap(self.protect(inner, **more))

    def genuine_in(self, inner=None, **more):
        """In outer headers that differ."""
        return self.wrap(self.protect(inner), **more)

    def inject(self, data):
        ethertype = ETHERTYPE[self.outer]
        self.cable.sendto(MAC_ME + MAC_PEER + ethertype.to_bytes(2, "big") + data,
                          ("wire", ethertype))

    def send(self, data, ethertype=None):
        """Into the device."""
        self.inner.sendto(data, ("svti0", ethertype or ETHERTYPE[self.version]))

    # --- what happened

    def counters(self):
        """Drops by name, and what the inbound SA counted."""
        found = collections.Counter(self.device.drops())
        for sa in self.device.sas():
            if sa["dir"] == 1:
                found["sa packets"] = sa["packets"]
                found["sa replayed"] = sa["replayed"]
                found["sa auth-failed"] = sa["auth-failed"]
        return found

    @staticmethod
    def collect(sock, count, seconds=2.0):
        """What came, count packets at least; usually all is there at once."""
        got = list(net.drain(sock))
        end = time.monotonic() + seconds
        while len(got) < count and time.monotonic() < end:
            select.select([sock], [], [], 0.05)
            got += net.drain(sock)
        return got

    def attack(self, packets):
        """Packets come in; the model says what must become of each, the counters and what is
        delivered must say the same. Returns how many they were."""
        wanted, delivered = collections.Counter(), []
        before = self.counters()
        for data in packets:
            outcome, inner = self.receiver.take(data)
            wanted[outcome] += 1
            if inner:
                delivered.append(inner)
            self.inject(data)
        got = self.collect(self.inner, len(delivered))
        count = sum(wanted.values())
        self.check_delivered(delivered, got)
        wanted.pop(model.ELSEWHERE, None)
        wanted["sa packets"] = wanted.pop(model.DELIVERED, 0)
        wanted["sa replayed"] = wanted["rx_replayed"]
        wanted["sa auth-failed"] = wanted["rx_auth_failed"]
        self.check_counters(before, wanted)
        return count

    @staticmethod
    def check_delivered(wanted, got):
        for place, (one, other) in enumerate(zip(wanted, got)):
            if one != other:
                raise Wrong(f"packet {place} of those delivered is {other.hex()}, "
                            f"expected {one.hex()}")
        if len(wanted) != len(got):
            raise Wrong(f"{len(got)} packets were delivered, expected {len(wanted)}")

    def check_counters(self, before, wanted):
        changed = self.counters()
        changed.subtract(before)
        changed = {name: value for name, value in changed.items() if value}
        wanted = {name: value for name, value in wanted.items() if value}
        if changed != wanted:
            raise Wrong(f"the counters moved by {changed}, expected {wanted}")

    def check_wire(self):
        """What Alice sent, and no clear text in it."""
        frames = [frame for frame in net.drain(self.tap) if frame[6:12] == MAC_ME]
        everything = b"|".join(frames)
        here, there = net.packed(INNER_ME[self.version]), net.packed(INNER_PEER[self.version])
        inside = (here + there, there + here)
        for secret in (SECRET, *inside):
            if secret in everything:
                frame, = [f for f in frames if secret in f][:1]
                raise Wrong(f"clear text on the wire: {frame.hex()}")
        return frames

    def esp_of(self, frame):
        """ESP in a frame of Alice's, or None."""
        outer, proto = frame[14:], 17 if self.encap else 50
        if frame[12:14] != ETHERTYPE[self.outer].to_bytes(2, "big"):
            return None
        if self.outer == V4:
            head, end, found = (outer[0] & 15) * 4, int.from_bytes(outer[2:4], "big"), outer[9]
        else:
            head, end, found = 40, 40 + int.from_bytes(outer[4:6], "big"), outer[6]
        return outer[head + (8 if self.encap else 0):end] if found == proto else None

    def works(self):
        """The device still does what it is for, both ways."""
        for sock in (self.inner, self.cable, self.tap):
            for _ in net.drain(sock):
                pass
        self.attack([self.genuine()])
        out = self.inner_back()
        for _ in net.drain(self.cable):
            pass
        self.send(out)
        sent = [data for data in map(self.esp_of, self.collect(self.cable, 1)) if data]
        if not sent:
            raise Wrong("nothing comes out of the device any more")
        seq = int.from_bytes(sent[-1][4:8], "big")
        text = self.ours.open(sent[-1], seq)
        if text[:len(out)] != out:
            raise Wrong("what comes out of the device is not what went in")
        self.check_wire()

