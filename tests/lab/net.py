# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces, links, addresses and routes, for one process that lives in several."""
import array
import ctypes
import errno
import fcntl
import ipaddress
import os
import socket
import struct
import threading

import netlink
from netlink import attr

CLONE_NEWNET = 0x40000000
NEWLINK, DELLINK, NEWADDR, NEWROUTE, NEWNEIGH = 16, 17, 20, 24, 28
ADD = netlink.F_CREATE | netlink.F_EXCL
IFF_UP = 1
PERMANENT, NODAD = 0x80, 0x02
ETH_IPV4, ETH_IPV6, ETH_ALL = 0x0800, 0x86DD, 3

LIBC = ctypes.CDLL(None, use_errno=True)


def call(function, *arguments):
    if function(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{function.__name__}: {os.strerror(number)}")


def packed(address):
    return ipaddress.ip_address(address).packed


def family(address):
    return socket.AF_INET if len(packed(address)) == 4 else socket.AF_INET6


class Namespace:
    """A network namespace; "with" enters it, and what is opened there stays there."""

    def __init__(self):
        self.home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        call(LIBC.unshare, CLONE_NEWNET)
        self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        # Nothing crosses the wire that a test did not send.
        self.sysctl("ipv6/conf/default/addr_gen_mode", 1)
        self.sysctl("ipv6/conf/default/router_solicitations", 0)
        self.route = netlink.Socket(netlink.ROUTE)
        self.up("lo")
        self.__exit__()

    def __enter__(self):
        call(LIBC.setns, self.fd, CLONE_NEWNET)
        return self

    def __exit__(self, *_):
        call(LIBC.setns, self.home, CLONE_NEWNET)

    def close(self):
        self.route.close()
        os.close(self.fd)
        os.close(self.home)

    @staticmethod
    def sysctl(name, value):
        """Of the namespace that the thread is in."""
        with open(f"/proc/sys/net/{name}", "w", encoding="ascii") as file:
            file.write(str(value))

    def index(self, name):
        with self:
            return socket.if_nametoindex(name)

    def link(self, name, kind, data=(), *more):
        info = attr(18, [attr(1, kind)] + ([attr(2, list(data))] if data else []))
        self.route.ask(NEWLINK, ADD, bytes(16) + attr(3, name) + info + b"".join(more))

    def veth(self, name, other, other_name):
        """A cable to another namespace."""
        peer = netlink.padded(bytes(16) + attr(3, other_name) + attr(28, other.fd))
        self.route.ask(NEWLINK, ADD, bytes(16) + attr(3, name) + attr(18, [
            attr(1, "veth"), attr(2, [attr(1, peer)])]))

    def change(self, name, *more, flags=0, mask=None):
        body = struct.pack("=BxHiII", 0, 0, self.index(name), flags,
                           flags if mask is None else mask)
        self.route.ask(NEWLINK, 0, body + b"".join(more))

    def up(self, name):
        self.change(name, flags=IFF_UP)

    def down(self, name):
        self.change(name, mask=IFF_UP)

    def unlink(self, name):
        self.route.ask(DELLINK, 0, struct.pack("=BxHiII", 0, 0, self.index(name), 0, 0))

    def mtu(self, name, octets):
        self.change(name, attr(4, octets))

    def lladdr(self, name, address):
        self.change(name, attr(1, address))

    def address(self, name, address, length):
        head = struct.pack("=BBBBI", family(address), length, 0, 0, self.index(name))
        self.route.ask(NEWADDR, ADD, head + attr(1, packed(address)) + attr(2, packed(address)) +
                       attr(8, NODAD))

    def via(self, prefix, length, name, gateway=None, mtu=None):
        """A route to a prefix."""
        head = struct.pack("=BBBBBBBBI", family(prefix), length, 0, 0, 254, 3,
                           0 if gateway else 253, 1, 0)
        more = attr(5, packed(gateway)) if gateway else b""
        if mtu:
            more += attr(8, [attr(2, mtu)])
        if int.from_bytes(packed(prefix), "big"):
            more += attr(1, packed(prefix))
        self.route.ask(NEWROUTE, netlink.F_CREATE | netlink.F_REPLACE,
                       head + more + attr(4, self.index(name)))

    def neighbour(self, name, address, lladdr):
        """One that stays, and needs no question."""
        head = struct.pack("=BxHiHBB", family(address), 0, self.index(name), PERMANENT, 0, 0)
        self.route.ask(NEWNEIGH, netlink.F_CREATE | netlink.F_REPLACE, head + attr(1, packed(address)) + attr(2, lladdr))

    def packet_socket(self, name, protocol, buffer=1 << 27):
        """What the device takes (not what it sends, unless protocol is ETH_ALL)."""
        with self:
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
            sock.bind((name, protocol))
        for option in (32, 33):  # SO_SNDBUFFORCE, SO_RCVBUFFORCE
            sock.setsockopt(socket.SOL_SOCKET, option, buffer)
        sock.setblocking(False)
        return sock


def drain(sock):
    """All that has come."""
    while True:
        try:
            yield sock.recv(1 << 17)
        except BlockingIOError:
            return
        except OSError as error:
            # Told once to who listens at a device that goes down.
            if error.errno != errno.ENETDOWN:
                raise


def with_failing(turn, function):
    """Run a function while the kernel fails the task's allocation of this number, from 1 on. Was
    there one? None: the kernel has no fault injection."""
    path = f"/proc/self/task/{threading.get_native_id()}/fail-nth"
    if not os.path.exists(path):
        return None
    fd = os.open(path, os.O_RDWR)
    number = str(turn).encode()
    try:
        os.write(fd, number)
        try:
            function()
        except OSError:
            pass  # what failed may well be the system call
        injected = os.pread(fd, 16, 0)[:1] == b"0"
        os.write(fd, b"0")
    finally:
        os.close(fd)
    return injected


def ethtool_stats(name):
    """What "ethtool -S" shows, through the ioctl that every kernel has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        def ethtool(buffer):
            data = array.array("B", buffer)
            request = struct.pack("16sP", name.encode(), data.buffer_info()[0]).ljust(40, b"\0")
            fcntl.ioctl(sock, 0x8946, request)
            return data.tobytes()
        count = struct.unpack_from("=I", ethtool(struct.pack("=IIQI", 0x37, 0, 2, 0)), 16)[0]
        names = ethtool(struct.pack("=III", 0x1B, 1, count) + bytes(32 * count))[12:]
        values = ethtool(struct.pack("=II", 0x1D, count) + bytes(8 * count))[8:]
    return {names[32 * i:32 * i + 32].split(b"\0")[0].decode():
            struct.unpack_from("=Q", values, 8 * i)[0] for i in range(count)}
