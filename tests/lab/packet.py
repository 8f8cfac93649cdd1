# SPDX-License-Identifier: GPL-2.0-or-later
"""IPv4 and IPv6 packets, made and taken apart."""
import socket
import struct

import net

HEADER = {socket.AF_INET: 20, socket.AF_INET6: 40}
ETHERTYPE = {socket.AF_INET: net.ETH_IPV4, socket.AF_INET6: net.ETH_IPV6}
DF = 0x4000


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(src, dst, proto, payload, *, tos=0, ttl=64, df=False, number=0, offset=0, more=False,
         total=None, options=b"", version=4, ihl=None):
    """total, version and ihl may be lies."""
    length = 20 + len(options)
    header = struct.pack("!BBHHHBBH4s4s", version << 4 | (length // 4 if ihl is None else ihl), tos,
                         length + len(payload) if total is None else total, number,
                         (DF if df else 0) | (0x2000 if more else 0) | offset // 8, ttl, proto, 0,
                         net.packed(src), net.packed(dst)) + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(src, dst, proto, payload, *, tos=0, ttl=64, flow=0, length=None, version=6):
    """length and version may be lies."""
    return struct.pack("!IHBB", version << 28 | tos << 20 | flow,
                       len(payload) if length is None else length, proto, ttl) + \
        net.packed(src) + net.packed(dst) + payload


def ip(src, dst, proto, payload, **more):
    return (ipv4 if len(net.packed(src)) == 4 else ipv6)(src, dst, proto, payload, **more)


def udp(sport, dport, payload, length=None, check=0):
    return struct.pack("!HHHH", sport, dport, 8 + len(payload) if length is None else length,
                       check) + payload
