# SPDX-License-Identifier: GPL-2.0-or-later
"""Alice with svti, Bob with xfrm, the cable between them, and the sockets on it."""
import socket
import struct

import net
import packet
import svti
import xfrm
from axes import V4, V6

FAMILY = {V4: socket.AF_INET, V6: socket.AF_INET6}
ALICE = {V4: "192.168.0.1", V6: "fd00::1"}
BOB = {V4: "192.168.0.2", V6: "fd00::2"}
ALICE_INNER = {V4: "10.1.0.1", V6: "fd01::1"}
BOB_INNER = {V4: "10.2.0.1", V6: "fd02::1"}
HOST_BITS = {V4: 32, V6: 128}
# Of the path; the devices take more, so that large packets come to IPsec in one piece.
PATH_MTU, LINK_MTU = 1500, 9000
# RFC 3692: for experiments. Nobody answers it.
PROTO = 253
ENCAP_PORT = 4500
UDP_ENCAP, UDP_NO_CHECK6_RX = 100, 102
ALICE_MAC, BOB_MAC = b"\x02\0\0\0\0\x0a", b"\x02\0\0\0\0\x0b"
ETHERNET = 14


def wire(namespace, mac, here, there, far, far_mac):
    """One end of the cable, with the route that the path MTU stands in."""
    namespace.lladdr("wire", mac)
    namespace.mtu("wire", LINK_MTU)
    namespace.up("wire")
    for version in (V4, V6):
        namespace.address("wire", here[version], HOST_BITS[version])
        namespace.via(there[version], HOST_BITS[version], "wire", mtu=PATH_MTU)
        namespace.neighbour("wire", there[version], far_mac)
        if far:
            namespace.via(far[version], HOST_BITS[version], "wire", there[version], mtu=PATH_MTU)


def encap_sockets(namespace):
    """What a keying daemon does with its port: the kernel takes ESP out of it."""
    sockets = []
    for family, any_address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        with namespace:
            sock = socket.socket(family, socket.SOCK_DGRAM)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            # RFC 6935, RFC 3948 2.1: the sender may leave the checksum out.
            sock.setsockopt(socket.IPPROTO_UDP, UDP_NO_CHECK6_RX, 1)
        sock.bind((any_address, ENCAP_PORT))
        sock.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, xfrm.ESPINUDP)
        sockets.append(sock)
    return sockets


class RawEnd:
    """Packets with their IP header to and from the stack of a namespace. xfrm goes by the
    address that the socket is bound to, not by the one in the header."""

    def __init__(self, namespace, version, address):
        self.version = version
        with namespace:
            self.socket = socket.socket(FAMILY[version], socket.SOCK_RAW, PROTO)
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)
        if version == V4:
            self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
        else:
            self.socket.setsockopt(socket.IPPROTO_IPV6, 36, 1)  # IPV6_HDRINCL
            for option in (socket.IPV6_RECVTCLASS, socket.IPV6_RECVHOPLIMIT,
                           socket.IPV6_RECVPKTINFO, 11):  # 11: IPV6_FLOWINFO
                self.socket.setsockopt(socket.IPPROTO_IPV6, option, 1)
        self.socket.bind((address, 0))
        self.socket.setblocking(False)

    def send(self, data, dst):
        self.socket.sendto(data, (dst, 0))

    def received(self):
        while True:
            try:
                data, more, _, src = self.socket.recvmsg(1 << 17, 512)
            except BlockingIOError:
                return
            yield data if self.version == V4 else self.with_header(data, more, src[0])

    @staticmethod
    def with_header(data, more, src):
        """IPv6 tells of its header in pieces."""
        said = {kind: value for _, kind, value in more}
        tos, = struct.unpack("=i", said[socket.IPV6_TCLASS])
        ttl, = struct.unpack("=i", said[socket.IPV6_HOPLIMIT])
        flow = int.from_bytes(said.get(11, bytes(4)), "big") & 0xFFFFF
        dst = socket.inet_ntop(socket.AF_INET6, said[socket.IPV6_PKTINFO][:16])
        return packet.ipv6(src, dst, PROTO, data, tos=tos, ttl=ttl, flow=flow)


class SvtiEnd:
    """Packets into and out of the svti device."""

    def __init__(self, device, version):
        self.device = device
        self.ethertype = packet.ETHERTYPE[FAMILY[version]]
        self.socket = device.namespace.packet_socket(device.name, self.ethertype)

    def send(self, data, _):
        self.socket.sendto(data, (self.device.name, self.ethertype))

    def received(self):
        return net.drain(self.socket)


class Rig:
    def __init__(self):
        self.alice, self.bob = net.Namespace(), net.Namespace()
        self.alice.veth("wire", self.bob, "wire")
        wire(self.alice, ALICE_MAC, ALICE, BOB, None, BOB_MAC)
        wire(self.bob, BOB_MAC, BOB, ALICE, ALICE_INNER, ALICE_MAC)
        for version in (V4, V6):
            self.bob.address("lo", BOB_INNER[version], HOST_BITS[version])
        self.device = svti.Device(svti.Spec(), self.alice)
        self.alice.mtu("svti0", LINK_MTU)
        self.xfrm = xfrm.Xfrm(self.bob)
        self.sockets = encap_sockets(self.alice) + encap_sockets(self.bob)
        self.svti_end = {version: SvtiEnd(self.device, version) for version in (V4, V6)}
        self.raw_end = {where[version]: RawEnd(self.bob, version, where[version])
                        for version in (V4, V6) for where in (BOB, BOB_INNER)}
        self.tap = self.alice.packet_socket("wire", net.ETH_ALL)
        self.policies = None

    @staticmethod
    def inner_addresses(c):
        """Alice's and Bob's; in transport mode they are the outer ones."""
        if c.mode == "tunnel":
            return ALICE_INNER[c.inner], BOB_INNER[c.inner]
        return ALICE[c.outer], BOB[c.outer]

    def set_policies(self, c):
        """Bob's name the addresses of the tunnel, Alice's are for all."""
        if self.policies == (c.inner, c.outer, c.mode):
            return
        self.policies = (c.inner, c.outer, c.mode)
        self.xfrm.flush_policies()
        a, b = self.inner_addresses(c)
        self.xfrm.add_policy(xfrm.OUT, b, a, BOB[c.outer], ALICE[c.outer], mode=c.mode)
        self.xfrm.add_policy(xfrm.IN, a, b, ALICE[c.outer], BOB[c.outer], mode=c.mode)
        self.device.ask("sp-flush")
        self.device.ask("sp-new", *(("sp", {"dir": way, "reqid": 1}) for way in ("in", "out")))

    def install(self, c, spi):
        """Both SAs at both ends; the inbound one of Alice is spi, the outbound one spi + 1."""
        self.set_policies(c)
        a, b = ALICE[c.outer], BOB[c.outer]
        ours = []
        for way, number, src, dst in (("in", spi, b, a), ("out", spi + 1, a, b)):
            keys = c.algo.new_keys(number)
            fields = {"spi": number, "dir": way, "src": net.packed(src), "dst": net.packed(dst),
                      "reqid": 1} | c.algo.for_svti(*keys)
            if c.mode != "tunnel":
                fields["mode"] = c.mode
            if c.esn:
                fields["flags"] = ("esn",)
            if c.encap:
                fields |= {"encap-sport": ENCAP_PORT, "encap-dport": ENCAP_PORT}
            ours.append(("sa", fields))
            self.xfrm.add_sa(src, dst, number, c.algo, keys, mode=c.mode, inner=FAMILY[c.inner],
                             esn=c.esn, encap=(ENCAP_PORT, ENCAP_PORT) if c.encap else None)
        self.device.ask("sa-new", *ours)

    def remove(self):
        self.device.ask("sa-flush")
        self.xfrm.flush_sas()
        for end in (*self.svti_end.values(), *self.raw_end.values()):
            for _ in end.received():
                pass
        for _ in net.drain(self.tap):
            pass
