# SPDX-License-Identifier: GPL-2.0-or-later
"""What must become of a packet that comes in, said a second time: RFC 4301 5.2, RFC 4303 3.4,
RFC 3948 3.3, RFC 6040 4.2. Written from these, not from the module; only the names of the drop
counters are the module's."""
import esp
import net
import packet

ELSEWHERE = "elsewhere"  # nothing that svti counts: the stack or xfrm deals with it
DELIVERED = "delivered"
ENCAP_PORT = 4500
ECN, CE = 3, 3
# As many as a packet can have that means well (RFC 8200 4.1).
EXTENSION_HEADERS_MAX = 8


class Outer:
    """The outer headers, as a receiving stack reads them; esp is None if it never comes to ESP."""

    def __init__(self, data, me):
        self.esp = None
        me = net.packed(me)
        if data and data[0] >> 4 == 4 and len(me) == 4:
            self.read_ipv4(data, me)
        elif data and data[0] >> 4 == 6 and len(me) == 16:
            self.read_ipv6(data, me)

    def read_ipv4(self, data, me):
        if len(data) < 20:
            return
        ihl, total = (data[0] & 15) * 4, int.from_bytes(data[2:4], "big")
        if ihl < 20 or total < ihl or total > len(data) or packet.checksum(data[:ihl]):
            return
        if data[16:20] != me or data[12] >= 224:
            return
        if int.from_bytes(data[6:8], "big") & 0x3FFF:
            return  # a fragment: alone it is nothing
        self.tos = data[1]
        self.read_payload(data[9], data[ihl:total], data[12:20], ihl)

    def read_ipv6(self, data, me):
        if len(data) < 40:
            return
        length = int.from_bytes(data[4:6], "big")
        if length > len(data) - 40 or data[24:40] != me:
            return
        if data[8] == 0xFF:
            return
        self.tos = (data[0] << 4 | data[1] >> 4) & 0xFF
        self.read_payload(data[6], data[40:40 + length], data[8:40], 40)

    def read_payload(self, proto, data, addresses, head):
        if proto == 50:
            self.esp = data
        elif proto == 17:
            self.read_udp(data, addresses, head)

    def read_udp(self, data, addresses, head):
        """RFC 3948 2: what is not a keepalive and not behind a non-ESP marker is ESP. Linux
        drops ESP in UDP that is shorter than the IP header."""
        if len(data) < 8:
            return
        length, check = int.from_bytes(data[4:6], "big"), data[6:8] != b"\0\0"
        if not length and len(addresses) == 32:
            length = len(data)  # RFC 2675 4: as long as there is
        if length < 8 or length > len(data) or data[2:4] != ENCAP_PORT.to_bytes(2, "big"):
            return
        if check:
            pseudo = addresses + length.to_bytes(4, "big") + b"\0\0\0\x11"
            if packet.checksum(pseudo + data[:length]):
                return
        data = data[8:length]
        if len(data) > 8 and data[:4] != bytes(4) and len(data) >= head:
            self.esp = data


class Receiver:
    """An inbound SA and the policy that it serves. window: packets."""

    def __init__(self, sa, me, window, allowed):
        self.sa, self.me, self.window, self.allowed = sa, me, window, allowed
        self.top, self.seen = 0, set()

    def infer(self, low):
        """RFC 4303 A2.2: the sequence number that ends so and is nearest to the window."""
        if not self.sa.esn:
            return low
        high = self.top >> 32
        bottom = self.top - self.window + 1
        near = [h << 32 | low for h in (high - 1, high, high + 1) if h >= 0]
        inside = [seq for seq in near if bottom <= seq < bottom + (1 << 32)]
        return inside[0] if inside else low

    def stale(self, seq):
        return not seq or seq <= self.top - self.window or seq in self.seen

    def take(self, frame):
        """Outcome, and what is delivered. frame begins with the outer IP header."""
        outer = Outer(frame, self.me)
        data = outer.esp
        if data is None or len(data) < 8 or int.from_bytes(data[:4], "big") != self.sa.spi:
            return ELSEWHERE, None
        suite = self.sa.suite
        cipher = len(data) - 8 - suite.iv - suite.icv
        if cipher < suite.block or cipher % suite.block:
            return "rx_malformed", None
        seq = self.infer(int.from_bytes(data[4:8], "big"))
        if self.stale(seq):
            return "rx_replayed", None
        try:
            text = self.sa.open(data, seq)
        except esp.Forged:
            return "rx_auth_failed", None
        self.seen.add(seq)
        self.top = max(self.top, seq)
        return self.read_text(text, outer.tos)

    def read_text(self, text, tos):
        """The trailer, and what is in front of it."""
        pad, next_header = text[-2:]
        rest = len(text) - 2 - pad
        if rest < 0 or text[rest:-2] != bytes(range(1, pad + 1)):
            return "rx_bad_padding", None
        if next_header == 59:
            return "rx_dummy", None
        if next_header not in (4, 41):
            return "rx_inner_proto", None
        read = self.read_ipv4 if next_header == 4 else self.read_ipv6
        inner = read(text[:rest])
        if inner is None:
            return "rx_inner_malformed", None
        verdict = self.allowed(inner)
        return merge_ecn(inner, tos) if verdict == DELIVERED else (verdict, None)

    @staticmethod
    def read_ipv4(inner):
        """The inner packet without what is behind it, or None."""
        if len(inner) < 20 or inner[0] >> 4 != 4:
            return None
        ihl, total = (inner[0] & 15) * 4, int.from_bytes(inner[2:4], "big")
        return inner[:total] if 20 <= ihl <= total <= len(inner) else None

    @staticmethod
    def read_ipv6(inner):
        """The same; the chain of extension headers must be in it, and the ports behind it."""
        if len(inner) < 40 or inner[0] >> 4 != 6:
            return None
        end = 40 + int.from_bytes(inner[4:6], "big")
        if end > len(inner):
            return None
        header, at = inner[6], 40
        for _ in range(EXTENSION_HEADERS_MAX + 1):
            if header not in (0, 43, 44, 60):
                # Ports, or the header of ICMPv6.
                needed = {6: 4, 17: 4, 33: 4, 132: 4, 136: 4, 58: 4}.get(header, 0)
                return inner[:end] if at + needed <= end else None
            if at + 8 > end:
                return None
            length = 8 if header == 44 else 8 + 8 * inner[at + 1]
            if header == 44 and int.from_bytes(inner[at + 2:at + 4], "big") & 0xFFF8:
                return inner[:end]
            header, at = inner[at], at + length
            if at > end:
                return None
        return None


def merge_ecn(inner, tos):
    """RFC 6040 4.2."""
    version = inner[0] >> 4
    old = inner[1] if version == 4 else (inner[0] << 4 | inner[1] >> 4) & 0xFF
    new = old
    if tos & ECN == CE:
        if not old & ECN:
            return "rx_ecn", None
        new |= CE
    elif tos & ECN == 1 and old & ECN == 2:
        new = old & ~ECN | 1
    if version == 6:
        first = int.from_bytes(inner[:4], "big") & 0xF00FFFFF | new << 20
        return DELIVERED, first.to_bytes(4, "big") + inner[4:]
    return DELIVERED, with_tos(inner, new) if new != old else inner


def with_tos(header, tos):
    """IPv4 with another TOS and the checksum that goes with it (RFC 1624 3)."""
    old = int.from_bytes(header[0:2], "big")
    new = header[0] << 8 | tos
    total = (~int.from_bytes(header[10:12], "big") & 0xFFFF) + (~old & 0xFFFF) + new
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return header[:1] + bytes([tos]) + header[2:10] + (~total & 0xFFFF).to_bytes(2, "big") + header[12:]
