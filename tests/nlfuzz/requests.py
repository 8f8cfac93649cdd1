# SPDX-License-Identifier: GPL-2.0-or-later
"""Requests to the svti family: sound ones, and what can be wrong with them. All that is not
about one command in particular follows from uapi/svti.yaml."""
import copy
import struct

import netlink

OTHER_FAMILY_LEN = {4: 16, 16: 4}


class Attr:
    """An attribute before it is encoded, so that each part of it can be spoiled. value: octets or
    a list; length: what the header says, if it lies; flags: over the type."""

    def __init__(self, group, entry, value):
        self.group, self.entry, self.kind, self.value = group, entry, entry["number"], value
        self.flags = netlink.NESTED if isinstance(value, list) else 0
        self.length = None

    def encode(self):
        value = self.value
        if isinstance(value, list):
            value = b"".join(attr.encode() for attr in value)
        length = 4 + len(value) if self.length is None else self.length
        return netlink.padded(struct.pack("=HH", length & 0xFFFF, self.kind | self.flags) + value)

    def __repr__(self):
        value = self.value if isinstance(self.value, list) else self.value.hex()
        name = self.entry["name"] if self.kind == self.entry["number"] else self.kind
        lie = "" if self.length is None else f" length {self.length}"
        return f"{name}{lie}={value}"


class Request:
    """must: what is known of its fate: "refuse"; "sound", then only what is already there, or is
    not, can be in its way; or "any"."""

    def __init__(self, name, attrs, flags=0):
        self.name, self.attrs, self.flags = name, attrs, flags
        self.command = None
        self.tail = b""
        self.must = "sound"
        self.spoiled = "nothing"

    def encode(self, spec):
        command = self.command
        if command is None:
            command = spec.operations[self.name]["number"]
        return struct.pack("=BBH", command, 1, 0) + b"".join(
            attr.encode() for attr in self.attrs) + self.tail

    def objects(self):
        return [attr for attr in self.attrs if isinstance(attr.value, list)]

    def __repr__(self):
        return (f"{self.name} flags {self.flags:#x} {self.attrs} spoiled: {self.spoiled}"
                f"{' tail ' + self.tail.hex() if self.tail else ''}")


class Maker:
    """Sound requests about a device, of values that often meet."""

    def __init__(self, rng, spec, algos, ifindex, strangers):
        self.rng, self.spec, self.algos = rng, spec, algos
        self.ifindex, self.strangers = ifindex, strangers
        self.commands = [name for name, op in spec.operations.items() if "do" in op]
        self.dumps = [name for name, op in spec.operations.items() if "dump" in op]

    def attr(self, group, name, value):
        entry = self.spec.sets[group][name]
        if isinstance(value, list):
            return Attr(group, entry, value)
        if not isinstance(value, bytes):
            value = self.spec.packed(entry, self.spec.number(entry, value))
        return Attr(group, entry, value)

    def nest(self, group, fields):
        return self.attr("svti", group, [self.attr(group, name, value)
                                         for name, value in fields.items()])

    def address(self, length=None):
        length = length or self.rng.choice((4, 16))
        if length == 4:
            return bytes([192, 168, 0, self.rng.randrange(1, 5)])
        return b"\xfd" + bytes(14) + bytes([self.rng.randrange(1, 5)])

    def requestable(self, group):
        """Attributes that a request may carry: those before the first that says otherwise."""
        last = {"sa": "key-bits", "sp": "packets"}[group]
        entries = self.spec.sets[group]
        return {name: entry for name, entry in entries.items()
                if entry["type"] != "pad" and entry["number"] < entries[last]["number"]}

    def in_range(self, entry):
        """A number at an end of its range, or inside."""
        checks = entry.get("checks", {})
        bits = int(entry["type"][1:])
        low, high = checks.get("min", 0), checks.get("max", (1 << bits) - 1)
        if "flags-mask" in checks:
            high = sum(self.spec.enums[checks["flags-mask"]].values())
            return self.rng.randrange(high + 1)
        return self.rng.choice((low, high, self.rng.randint(low, high),
                                self.rng.randint(low, min(high, low + 9))))

    def more(self, group, fields, chance):
        """Other attributes, of which nobody knows whether they fit."""
        for name, entry in self.requestable(group).items():
            if name in fields or self.rng.random() > chance:
                continue
            if entry["type"] == "binary":
                fields[name] = self.address()
            elif entry["type"] == "flag":
                fields[name] = b""
            else:
                fields[name] = self.in_range(entry)
        return fields

    def sa(self):
        algo, length = self.rng.choice(self.algos), self.rng.choice((4, 16))
        fields = {"spi": self.rng.randrange(256, 296), "dir": self.rng.choice(("in", "out")),
                  "src": self.address(length), "dst": self.address(length),
                  "reqid": self.rng.randrange(4)}
        return fields | algo.for_svti(*algo.new_keys(self.rng.random()))

    def sp(self):
        fields = {"dir": self.rng.choice(("in", "out")), "priority": self.rng.randrange(6),
                  "reqid": self.rng.randrange(4)}
        length = self.rng.choice((4, 16))
        for side in ("src", "dst"):
            if self.rng.random() < 0.6:
                fields[side] = self.address(length)
        if self.rng.random() < 0.3:
            fields["proto"] = self.rng.choice((6, 17, 132))
            fields["sport-min"] = self.rng.randrange(5)
        return fields

    def fields(self, name):
        """Objects of a sound request."""
        rng = self.rng
        sa_key = {"spi": rng.randrange(256, 296), "dir": rng.choice(("in", "out"))}
        sp_key = {"index": rng.randrange(1, 40)}
        if name in ("sa-new", "sp-new"):
            kinds = ["sa", "sp"] if name == "sa-new" else ["sp"]
            picked = [kinds[0]] + [rng.choice(kinds) for _ in range(rng.choice((0, 0, 1, 3, 20)))]
            return [(kind, self.sa() if kind == "sa" else self.sp()) for kind in picked]
        if name == "sa-set":
            length = rng.choice((4, 16))
            return [("sa", sa_key | {"src": self.address(length), "dst": self.address(length)})]
        if name == "sp-set":
            return [("sp", sp_key | {"priority": rng.randrange(6)})]
        if name.endswith("-flush"):
            choices = [[], [(name[:2], {"reqid": rng.randrange(4)})], [(name[:2], {"dir": "in"})]]
            return rng.choice(choices)
        return [(name[:2], sa_key if name.startswith("sa") else sp_key)]

    def sound(self):
        if self.rng.random() < 0.1:
            return Request(self.rng.choice(self.dumps), [self.attr("svti", "ifindex", self.ifindex)],
                           netlink.F_DUMP)
        name = self.rng.choice(self.commands + ["sa-new", "sp-new"] * 2)
        objects, must = self.fields(name), "sound"
        if self.rng.random() < 0.3:
            objects = [(kind, self.more(kind, fields, 0.15)) for kind, fields in objects]
            must = "any"
        request = Request(name, [self.attr("svti", "ifindex", self.ifindex),
                                 *(self.nest(kind, fields) for kind, fields in objects)],
                          self.rng.choice((0, 0, netlink.F_ECHO)))
        request.must = must
        return request

    # --- what can be wrong; each returns whether the request must be refused for it

    def pick(self, request):
        """An object and an attribute in it, or None."""
        objects = [o for o in request.objects() if o.value]
        if not objects:
            return None
        one = self.rng.choice(objects)
        return one, self.rng.choice(one.value)

    def spoil(self, request):
        """One thing more is wrong with it."""
        request = copy.deepcopy(request)
        spoilers = [self.no_device, self.wrong_device, self.wrong_length, self.out_of_range,
                    self.answers_only, self.unknown_attribute, self.no_nest_flag, self.cut,
                    self.other_object, self.twice, self.left_out, self.trailing,
                    self.lying_length, self.other_flags, self.other_family, self.noise,
                    self.too_many, self.unknown_command, self.other_length_inside]
        how = self.rng.choice(spoilers)
        must = how(request)
        if must is None:
            return request
        # A second fault may take away the first.
        request.must = must if request.spoiled == "nothing" else "any"
        request.spoiled = how.__name__ if request.spoiled == "nothing" else \
            f"{request.spoiled}, {how.__name__}"
        return request

    def no_device(self, request):
        request.attrs = [a for a in request.attrs if a.entry["name"] != "ifindex"]
        return "refuse"

    def wrong_device(self, request):
        request.attrs[0] = self.attr("svti", "ifindex", self.rng.choice(self.strangers))
        return "refuse"

    def wrong_length(self, request):
        picked = self.pick(request)
        if not picked or picked[1].entry["type"] in ("binary", "flag"):
            return None
        attr = picked[1]
        right = len(attr.value)
        attr.value = self.rng.randbytes(self.rng.choice([n for n in range(12) if n != right]))
        return "refuse"

    def other_length_inside(self, request):
        """Addresses and keys of lengths that none has."""
        picked = self.pick(request)
        if not picked or picked[1].entry["type"] != "binary":
            return None
        checks = picked[1].entry["checks"]
        picked[1].value = self.rng.randbytes(self.rng.choice(
            (checks["min-len"] - 1, checks["max-len"] + 1, 200)))
        return "refuse"

    def out_of_range(self, request):
        picked = self.pick(request)
        if not picked or "checks" not in picked[1].entry:
            return None
        attr, checks = picked[1], picked[1].entry["checks"]
        outside = []
        if "flags-mask" in checks:
            outside.append(sum(self.spec.enums[checks["flags-mask"]].values()) + 1)
        if checks.get("min", 0) > 0:
            outside += [0, checks["min"] - 1]
        if "max" in checks:
            outside += [checks["max"] + 1, (1 << int(attr.entry["type"][1:])) - 1]
        if not outside:
            return None
        attr.value = self.spec.packed(attr.entry, self.rng.choice(outside))
        return "refuse"

    def answers_only(self, request):
        picked = self.pick(request)
        if not picked:
            return None
        group = picked[1].group
        names = set(self.spec.sets[group]) - set(self.requestable(group)) - {"pad"}
        entry = self.spec.sets[group][self.rng.choice(sorted(names))]
        size = {"u32": 4, "u64": 8, "u16": 2, "flag": 0}.get(entry["type"], 4)
        picked[0].value.append(Attr(group, entry, bytes(size)))
        return "refuse"

    def unknown_attribute(self, request):
        picked = self.pick(request)
        if not picked:
            return None
        attr = copy.deepcopy(picked[1])
        attr.kind = len(self.spec.sets[attr.group]) + self.rng.choice((1, 2, 50, 0x3F00))
        picked[0].value.append(attr)
        return "refuse"

    def no_nest_flag(self, request):
        objects = request.objects()
        if not objects:
            return None
        self.rng.choice(objects).flags = 0
        return "refuse"

    def cut(self, request):
        """The message ends in the middle of an attribute."""
        objects = [o for o in request.objects() if o.value]
        if not objects:
            return None
        one = self.rng.choice(objects)
        inside = b"".join(attr.encode() for attr in one.value)
        one.value = inside[:-self.rng.randrange(1, 4)] + b"" if len(inside) > 4 else b"\1"
        one.flags = netlink.NESTED
        return "any"

    def lying_length(self, request):
        """The header of an attribute says more or less than there is."""
        picked = self.pick(request)
        if not picked:
            return None
        picked[1].length = self.rng.choice((0, 1, 2, 3, 0xFFFF, 0x8000))
        return "refuse"

    def trailing(self, request):
        request.tail = self.rng.randbytes(self.rng.randrange(1, 4))
        return "any"

    def other_object(self, request):
        """Something that the command does not take."""
        if request.name == "sa-new":
            request.attrs.append(self.attr("svti", "acquire", []))
        else:
            kind = "sp" if request.name.startswith("sa") else "sa"
            request.attrs.append(self.nest(kind, {"reqid": 1, "dir": "in"}))
        return "refuse"

    def twice(self, request):
        """An attribute twice; the last one counts."""
        picked = self.pick(request)
        if not picked:
            return None
        picked[0].value.append(copy.deepcopy(picked[1]))
        return "any"

    def left_out(self, request):
        picked = self.pick(request)
        if not picked:
            return None
        picked[0].value.remove(picked[1])
        return "any"

    def other_flags(self, request):
        request.flags = self.rng.choice((0, 0x100, 0x200, 0x400, 0x800, 0xF00, netlink.F_DUMP,
                                         netlink.F_ECHO, 0x40))
        return "any"

    def other_family(self, request):
        """One of two addresses is of the other family."""
        picked = self.pick(request)
        if not picked:
            return None
        addresses = [a for a in picked[0].value if a.entry["name"] in ("src", "dst")
                     and isinstance(a.value, bytes) and len(a.value) in OTHER_FAMILY_LEN]
        if len(addresses) != 2:
            return None
        addresses[0].value = self.address(OTHER_FAMILY_LEN[len(addresses[0].value)])
        return "refuse" if len(addresses[1].value) != len(addresses[0].value) else "any"

    def noise(self, request):
        """A nest full of nothing in particular."""
        objects = request.objects()
        if not objects:
            return None
        self.rng.choice(objects).value = self.rng.randbytes(self.rng.randrange(1, 200))
        return "any"

    def too_many(self, request):
        if request.name not in ("sa-new", "sp-new") or self.rng.random() < 0.8:
            return None
        request.attrs += [self.nest("sp", {"dir": "in"})] * self.spec.values["batch-max"]
        return "refuse"

    def unknown_command(self, request):
        known = {op["number"] for name, op in self.spec.operations.items() if "do" in op}
        request.command = self.rng.choice([n for n in (0, *range(10, 20), 255) if n not in known])
        return "refuse"
