#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares uapi/svti.yaml, the specification of the netlink family, with all that follows it:
uapi/svti.h (names, numbers, completeness), the policies of the kernel module and the tables of
the daemon. Writes TAP to $CK_TAP_LOG_FILE_NAME for tests/unit/run, else to standard output."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENUM_PREFIX = {"dir": "SVTI_DIR_", "action": "SVTI_ACTION_", "sa-flag": "SVTI_SA_FLAG_", "mode": "SVTI_MODE_", "df": "SVTI_DF_",
               "expire-reason": "SVTI_EXPIRE_"}
EVENTS_ONLY = ("acquire", "event-seq", "ifname", "netnsid")
POLICY_FILE = {"svti": "netlink.c", "sa": "netlink_sa.c", "sp": "netlink_sp.c"}


def c_name(text):
    return text.upper().replace("-", "_")


def attribute_name(group, attribute):
    return ("SVTI_A_" if group == "svti" else f"SVTI_A_{c_name(group)}_") + c_name(attribute)


def expected(spec):
    """Every name of the header with the number that the specification gives it."""
    values = {}
    for definition in spec["definitions"]:
        if definition["type"] == "const":
            values["SVTI_" + c_name(definition["name"])] = definition["value"]
            continue
        flags = definition["type"] == "flags"
        for place, entry in enumerate(definition["entries"]):
            name = entry["name"] if isinstance(entry, dict) else entry
            number = 1 << place if flags else definition.get("value-start", 0) + place
            values[ENUM_PREFIX[definition["name"]] + c_name(name)] = number
    for group in spec["attribute-sets"]:
        for number, attribute in enumerate(group["attributes"], 1):
            values[attribute_name(group["name"], attribute["name"])] = number
        values[attribute_name(group["name"], "max")] = len(group["attributes"])
    for number, operation in enumerate(spec["operations"]["list"], 1):
        values["SVTI_CMD_" + c_name(operation["name"])] = number
    values["SVTI_CMD_MAX"] = len(spec["operations"]["list"])
    values["SVTI_FAMILY_VERSION"] = spec["version"]
    return values


def header_values(names):
    """What the compiler thinks the names are."""
    source = "#include <stdio.h>\n#include <svti.h>\nint main(void) {\n"
    source += "".join(f'printf("{n} %lld\\n", (long long){n});\n' for n in sorted(names))
    with tempfile.TemporaryDirectory() as scratch:
        program = pathlib.Path(scratch, "print")
        subprocess.run([os.environ.get("CC", "cc"), f"-I{ROOT}/uapi", "-x", "c", "-", "-o",
                        program], input=source + "}\n", text=True, check=True)
        lines = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return {name: int(number) for name, number in map(str.split, lines.splitlines())}


def header_enumerators():
    text = (ROOT / "uapi/svti.h").read_text()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return {name for body in re.findall(r"enum\s*\w*\s*{(.*?)}", text, flags=re.S)
            for name in re.findall(r"\b(SVTI_\w+)\b\s*(?:=|,|$)", body)
            if not name.endswith("_UNSPEC")}


def check_header(spec):
    want = expected(spec)
    have = header_values(want)
    wrong = [f"{n}: svti.yaml says {want[n]}, svti.h {have.get(n)}"
             for n in want if have.get(n) != want[n]]
    wrong += [f"{n}: in svti.h, not in svti.yaml" for n in header_enumerators() - set(want)]
    return wrong


def requested(spec):
    """Attributes that a request may carry: those with a policy in the kernel."""
    answers_only = {"sa": "key-bits", "sp": "packets"}
    for group in spec["attribute-sets"]:
        if group["name"] == "acquire":
            continue
        for attribute in group["attributes"]:
            if attribute["name"] == answers_only.get(group["name"]):
                break
            if attribute["type"] == "pad" or attribute["name"] in EVENTS_ONLY:
                continue
            yield group["name"], attribute


def number(text, values):
    return int(text) if text.isdigit() else values.get(text, {"U16_MAX": 65535}.get(text))


def limits_of(argument, text):
    """An argument of NLA_POLICY_*(): the limit itself, or a struct that has them."""
    if not argument.startswith("&"):
        return [argument]
    struct = re.search(rf"\b{argument[1:]} = {{(.*?)}};", text, flags=re.S).group(1)
    return re.findall(r"\.(?:min|max) = (\w+)", struct)


def check_kernel(spec):
    """The kernel takes what the specification lists, within the ranges that it gives."""
    wrong = []
    values = expected(spec)
    wanted = {}
    for group, attribute in requested(spec):
        wanted.setdefault(group, {})[attribute_name(group, attribute["name"])] = attribute
    for group, file in POLICY_FILE.items():
        text = (ROOT / "kmod" / file).read_text()
        table = re.search(r"nla_policy policy\[.*?\n};", text, flags=re.S).group()
        entries = dict(re.findall(r"\[(SVTI_A_\w+)\] = (.*?),\n", table))
        for name in set(entries) ^ set(wanted[group]):
            wrong.append(f"{name}: only in one of svti.yaml and kmod/{file}")
        for name in set(entries) & set(wanted[group]):
            checks = wanted[group][name].get("checks", {})
            limits = [c for c in (checks.get("min", checks.get("min-len")),
                                  checks.get("max", checks.get("max-len"))) if c is not None]
            if "flags-mask" in checks:
                continue
            arguments = re.search(r"\((.*)\)", entries[name])
            words = arguments.group(1).split(",")[1:] if arguments else []
            given = [number(word, values) for argument in words
                     for word in limits_of(argument.strip(), text)]
            if given != limits:
                wrong.append(f"{name}: svti.yaml limits {limits}, kmod/{file} {given}")
    return wrong


def check_operations(spec):
    text = (ROOT / "kmod/netlink.c").read_text()
    have = set(re.findall(r"DO(?:_DUMP)?\((SVTI_CMD_\w+)", text))
    dumps = set(re.findall(r"DO_DUMP\((SVTI_CMD_\w+)", text))
    wrong = []
    for operation in spec["operations"]["list"]:
        name = "SVTI_CMD_" + c_name(operation["name"])
        if ("do" in operation) != (name in have):
            wrong.append(f"{name}: request in one of svti.yaml and kmod/netlink.c")
        if ("dump" in operation) != (name in dumps):
            wrong.append(f"{name}: dump in one of svti.yaml and kmod/netlink.c")
    return wrong


def check_daemon(spec):
    """The daemon's client knows every attribute."""
    text = "".join(f.read_text() for f in sorted((ROOT / "keyd/kernel").glob("*.c")))
    names = [attribute_name(g["name"], a["name"]) for g in spec["attribute-sets"]
             for a in g["attributes"] if a["type"] != "pad"]
    return [f"{n}: unknown to keyd/kernel" for n in names if not re.search(rf"\b{n}\b", text)]


def main():
    spec = yaml.safe_load((ROOT / "uapi/svti.yaml").read_text())
    tests = [("the header has the names and numbers of svti.yaml", check_header),
             ("the kernel module checks what svti.yaml says", check_kernel),
             ("the kernel module has the operations of svti.yaml", check_operations),
             ("the daemon knows every attribute", check_daemon)]
    tap = [f"1..{len(tests)}"]
    for place, (name, test) in enumerate(tests, 1):
        wrong = test(spec)
        tap.append(f"{'not ok' if wrong else 'ok'} {place} - {name}")
        for line in wrong:
            print(f"{name}: {line}", file=sys.stderr)
    path = os.environ.get("CK_TAP_LOG_FILE_NAME")
    print("\n".join(tap), file=open(path, "w", encoding="ascii") if path else sys.stdout)
    return any(line.startswith("not ok") for line in tap)


if __name__ == "__main__":
    sys.exit(main())
