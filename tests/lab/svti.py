# SPDX-License-Identifier: GPL-2.0-or-later
"""The svti family as uapi/svti.yaml describes it: requests by the names that stand there."""
import pathlib
import socket
import struct

import yaml

import net
import netlink
from netlink import attr

SPEC = pathlib.Path(__file__).resolve().parents[2] / "uapi" / "svti.yaml"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Spec:
    """Names and numbers of commands, attributes, enumerations and constants."""

    def __init__(self, path=SPEC):
        with open(path, encoding="utf-8") as file:
            self.tree = yaml.load(file, LOADER)
        self.sets = {group["name"]: {} for group in self.tree["attribute-sets"]}
        self.by_number = {}
        for group in self.tree["attribute-sets"]:
            for number, entry in enumerate(group["attributes"], 1):
                self.sets[group["name"]][entry["name"]] = entry | {"number": number}
                self.by_number[group["name"], number] = entry
        self.operations = {entry["name"]: entry | {"number": number}
                           for number, entry in enumerate(self.tree["operations"]["list"], 1)}
        self.values, self.enums = {}, {}
        for entry in self.tree["definitions"]:
            if entry["type"] == "const":
                self.values[entry["name"]] = entry["value"]
                continue
            flags = entry["type"] == "flags"
            names = [e["name"] if isinstance(e, dict) else e for e in entry["entries"]]
            start = entry.get("value-start", 0)
            self.enums[entry["name"]] = {name: 1 << i if flags else start + i
                                         for i, name in enumerate(names)}

    def number(self, entry, value):
        """A number, or the name of one; several names of flags are a tuple."""
        names = self.enums.get(entry.get("enum"), {})
        if isinstance(value, tuple):
            return sum(names[name] for name in value)
        return names[value] if isinstance(value, str) else value

    def encode(self, group, fields):
        """Pairs of name and value, in their order; a dictionary is as good."""
        out = []
        for name, value in fields.items() if isinstance(fields, dict) else fields:
            entry = self.sets[group][name]
            if entry["type"] == "nest":
                value = [self.encode(entry["nested-attributes"], value)]
            elif entry["type"] == "flag":
                value = b""
            elif not isinstance(value, bytes):
                value = self.packed(entry, self.number(entry, value))
            out.append(attr(entry["number"], value))
        return b"".join(out)

    @staticmethod
    def packed(entry, number):
        order = ">" if entry.get("byte-order") == "big-endian" else "="
        return struct.pack(order + {"u8": "B", "u16": "H", "u32": "I", "u64": "Q"}[entry["type"]],
                           number)

    def decode(self, group, data):
        """A dictionary of what is in a message; a nest that may be there often is a list."""
        found = {}
        for number, value in netlink.attrs(data):
            entry = self.by_number[group, number]
            name, kind = entry["name"], entry["type"]
            if kind == "nest":
                value = self.decode(entry["nested-attributes"], value)
            elif kind == "flag":
                value = True
            elif kind != "binary" and kind != "pad":
                value = int.from_bytes(value, "big" if "byte-order" in entry else "little")
            if entry.get("multi-attr"):
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
        return found


class Client:
    """Requests about the svti devices of a namespace."""

    def __init__(self, spec, namespace):
        self.spec, self.namespace = spec, namespace
        with namespace:
            self.netlink = netlink.Socket(netlink.GENERIC)
        self.family, self.groups = netlink.family_of(self.netlink, spec.tree["name"])

    def close(self):
        self.netlink.close()

    def message(self, operation, body):
        return struct.pack("=BBH", self.spec.operations[operation]["number"], 1, 0) + body

    def ask(self, operation, fields, flags=0):
        """Answers as dictionaries."""
        body = self.message(operation, self.spec.encode("svti", fields))
        return [self.spec.decode("svti", answer[4:])
                for _, _, answer in self.netlink.ask(self.family, flags, body)]

    def dump(self, operation, ifindex):
        return self.ask(operation, {"ifindex": ifindex}, netlink.F_DUMP)


class Listener:
    """Events of a multicast group; the device's underlay hears them."""

    def __init__(self, client, group):
        self.spec = client.spec
        with client.namespace:
            self.netlink = netlink.Socket(netlink.GENERIC)
        self.netlink.join(client.groups[group])
        self.netlink.socket.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
        self.netlink.socket.setblocking(False)

    def heard(self):
        """Those that have come: pairs of name and fields."""
        names = {entry["number"]: name for name, entry in self.spec.operations.items()}
        return [(names[body[0]], self.spec.decode("svti", body[4:]))
                for data in net.drain(self.netlink.socket)
                for _, _, _, body in netlink.messages(data)]

    def close(self):
        self.netlink.close()


class Device:
    """One svti device."""

    def __init__(self, spec, namespace, name="svti0"):
        namespace.link(name, "svti")
        namespace.up(name)
        self.namespace, self.name = namespace, name
        self.client = Client(spec, namespace)
        self.ifindex = namespace.index(name)

    def ask(self, operation, *objects, flags=0):
        """objects: pairs such as ("sa", {...})."""
        return self.client.ask(operation, [("ifindex", self.ifindex), *objects], flags)

    def flush(self):
        self.ask("sa-flush")
        self.ask("sp-flush")

    def sas(self):
        return [answer["sa"][0] for answer in self.client.dump("sa-get", self.ifindex)]

    def policies(self):
        return [answer["sp"][0] for answer in self.client.dump("sp-get", self.ifindex)]

    def drops(self):
        """Drop counters that are not zero, by name."""
        with self.namespace:
            counters = net.ethtool_stats(self.name)
        return {name: value for name, value in counters.items() if value}
