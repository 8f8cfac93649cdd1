# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's own IPsec, as "ip xfrm" asks for it."""
import struct

import net
import netlink
from netlink import attr

NEWSA, NEWPOLICY, FLUSHSA, FLUSHPOLICY, NEWAE = 0x10, 0x13, 0x1C, 0x1D, 0x1E
ALG_AUTH, ALG_CRYPT, ENCAP, TMPL, ALG_AEAD, ALG_AUTH_TRUNC, REPLAY_ESN = 1, 2, 4, 5, 18, 20, 23
IN, OUT, FORWARD = 0, 1, 2
MODES = {"transport": 0, "tunnel": 1}
ESP = 50
ESN_FLAG = 128
ESPINUDP = 2
WINDOW = 128
FOREVER = struct.pack("=8Q", *[(1 << 64) - 1] * 4, 0, 0, 0, 0)


def address(text):
    return net.packed(text).ljust(16, b"\0")


def selector(family, src=None, dst=None):
    """Everything of a family, or what goes from one host to another."""
    length = len(net.packed(src)) * 8 if src else 0
    return struct.pack("=16s16s4HHBBBxxxiI", address(dst) if dst else b"",
                       address(src) if src else b"", 0, 0, 0, 0, family, length, length, 0, 0, 0)


def algorithm(name, key, *lengths):
    return struct.pack(f"=64sI{len(lengths)}I", name.encode(), len(key) * 8, *lengths) + key


def replay(oseq=0, window=WINDOW):
    """struct xfrm_replay_state_esn with an empty window."""
    words = (window + 31) // 32
    low, high = oseq & 0xFFFFFFFF, oseq >> 32
    return attr(REPLAY_ESN, struct.pack("=6I", words, low, 0, high, 0, window) + bytes(4 * words))


class Xfrm:
    """SAs and policies of a namespace."""

    def __init__(self, namespace):
        with namespace:
            self.netlink = netlink.Socket(netlink.XFRM)

    def flush_sas(self):
        self.netlink.ask(FLUSHSA, 0, struct.pack("=B", ESP))

    def flush_policies(self):
        self.netlink.ask(FLUSHPOLICY, 0, b"")

    def add_sa(self, src, dst, spi, algo, keys, *, mode, inner, esn=False, encap=None, reqid=1):
        """keys: of encryption with its salt, and of integrity. encap: ports. inner: family of
        what it carries."""
        body = selector(inner) + self.identity(dst, spi) + address(src)
        body += FOREVER + bytes(32 + 12)
        body += struct.pack("=IIHBBB7x", 0, reqid, net.family(src), MODES[mode], 0,
                            ESN_FLAG if esn else 0)
        body += b"".join(attr(*a) for a in algo.for_xfrm(*keys)) + replay()
        if encap:
            body += attr(ENCAP, struct.pack("=H", ESPINUDP) + struct.pack(">HH2x", *encap) +
                         bytes(16))
        self.netlink.ask(NEWSA, netlink.F_CREATE | netlink.F_EXCL, body)

    def set_sequence(self, src, dst, spi, oseq):
        """The last sequence number that was sent, 64 bits."""
        body = address(dst) + struct.pack(">I", spi) + struct.pack("=HBx", net.family(dst), ESP)
        body += address(src) + struct.pack("=II", 0, 1)
        self.netlink.ask(NEWAE, netlink.F_REPLACE, body + replay(oseq))

    @staticmethod
    def identity(dst, spi):
        return address(dst) + struct.pack(">IB3x", spi, ESP)

    def add_policy(self, direction, src, dst, outer_src, outer_dst, *, mode, reqid=1):
        """What goes from one host to another goes through an SA."""
        body = selector(net.family(src), src, dst) + FOREVER + bytes(32)
        body += struct.pack("=IIBBBB4x", 0, 0, direction, 0, 0, 0)
        template = self.identity(outer_dst, 0) + struct.pack("=H2x", net.family(outer_dst))
        template += address(outer_src) if mode == "tunnel" else bytes(16)
        template += struct.pack("=IBBBxIII", reqid, MODES[mode], 0, 0, *[0xFFFFFFFF] * 3)
        self.netlink.ask(NEWPOLICY, netlink.F_CREATE | netlink.F_EXCL,
                         body + attr(TMPL, template))
