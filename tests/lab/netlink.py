# SPDX-License-Identifier: GPL-2.0-or-later
"""Netlink as the kernel speaks it: messages, attributes, dumps, and why a request was refused."""
import os
import socket
import struct

ROUTE, XFRM, GENERIC = 0, 6, 16

F_REQUEST, F_ACK, F_ECHO, F_DUMP_INTR = 0x1, 0x4, 0x8, 0x10
F_REPLACE, F_EXCL, F_CREATE, F_DUMP = 0x100, 0x200, 0x400, 0x300
F_CAPPED, F_ACK_TLVS = 0x100, 0x200
ERROR, DONE, OVERRUN = 2, 3, 4

NESTED, NET_ORDER = 0x8000, 0x4000
TYPE_MASK = 0x3FFF

SOL_NETLINK, ADD_MEMBERSHIP, CAP_ACK, EXT_ACK = 270, 1, 10, 11
EXTACK_MSG, EXTACK_OFFS = 1, 2


class Refused(OSError):
    """The kernel said no; sentence is its extended ack, offset what it points at."""

    def __init__(self, number, sentence="", offset=None):
        super().__init__(number, f"{os.strerror(number)}: {sentence}")
        self.sentence = sentence
        self.offset = offset


def padded(data):
    return data + bytes(-len(data) % 4)


def attr(kind, value):
    """An attribute; a list is a nest, a number a u32, a text a string with its end."""
    if isinstance(value, list):
        kind, value = kind | NESTED, b"".join(value)
    elif isinstance(value, int):
        value = struct.pack("=I", value)
    elif isinstance(value, str):
        value = value.encode() + b"\0"
    return padded(struct.pack("=HH", 4 + len(value), kind) + value)


def attrs(data):
    """Pairs of type and value."""
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4 or length > len(data):
            raise ValueError(f"an attribute of {length} octets where {len(data)} are left")
        yield kind & TYPE_MASK, data[4:length]
        data = data[(length + 3) & ~3:]


def messages(data):
    """Type, flags, sequence number and body of each message."""
    while len(data) >= 16:
        length, kind, flags, number = struct.unpack_from("=IHHI", data)
        yield kind, flags, number, data[16:length]
        data = data[(length + 3) & ~3:]


def refusal(kind, flags, body):
    """What the last message of an answer says; None: that all is well."""
    number = struct.unpack_from("=i", body)[0]
    if number >= 0:
        return None
    skip = 4
    if kind == ERROR:
        length = struct.unpack_from("=I", body, 4)[0]
        skip = 20 if flags & F_CAPPED else 4 + ((length + 3) & ~3)
    said = dict(attrs(body[skip:])) if flags & F_ACK_TLVS else {}
    offset = said.get(EXTACK_OFFS)
    return Refused(-number, said.get(EXTACK_MSG, b"\0")[:-1].decode(),
                   offset and struct.unpack("=I", offset)[0])


class Socket:
    """A netlink socket of the namespace that it was made in."""

    def __init__(self, protocol, timeout=10):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        self.socket.setsockopt(SOL_NETLINK, EXT_ACK, 1)
        self.socket.setsockopt(SOL_NETLINK, CAP_ACK, 1)
        self.socket.bind((0, 0))
        self.socket.settimeout(timeout)
        self.number = 0

    def close(self):
        self.socket.close()

    def send(self, kind, flags, body):
        self.number += 1
        self.socket.send(struct.pack("=IHHII", 16 + len(body), kind, flags | F_REQUEST,
                                     self.number, 0) + body)

    def answers(self):
        """Type, flags and body of each answer to what was sent last, up to the ack."""
        while True:
            for kind, flags, number, body in messages(self.socket.recv(1 << 20)):
                if number != self.number:
                    continue
                if kind in (ERROR, DONE):
                    why = refusal(kind, flags, body)
                    if why:
                        raise why
                    return
                yield kind, flags, body

    def ask(self, kind, flags, body):
        """Send a request, and return the answers as a list."""
        self.send(kind, flags | F_ACK, body)
        return list(self.answers())

    def join(self, group):
        self.socket.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, group)


def family_of(sock, name):
    """Number and multicast groups of a generic netlink family."""
    answers = sock.ask(GENERIC, 0, struct.pack("=BBH", 3, 1, 0) + attr(2, name))
    said = dict(attrs(answers[0][2][4:]))
    groups = {}
    for _, group in attrs(said.get(7, b"")):
        fields = dict(attrs(group))
        groups[fields[1][:-1].decode()] = struct.unpack("=I", fields[2])[0]
    return struct.unpack("=H", said[1])[0], groups

