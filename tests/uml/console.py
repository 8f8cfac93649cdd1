# SPDX-License-Identifier: GPL-2.0-or-later
"""What the console of the machine says, and whether the kernel complained."""
import re

SPLAT = re.compile(
    r"WARNING: |BUG: |BUG at |Oops|Kernel panic|KASAN: |UBSAN: |ODEBUG: |refcount_t: "
    r"|general protection fault|segfault|Call Trace:|INFO: task .* blocked|rcu: INFO|INFO: possible"
    r"|INFO: trying|suspicious RCU|possible .*deadlock|inconsistent lock state|list_(add|del) corruption"
    r"|unreferenced object|kmemleak: \d+ new|unregister_netdevice: waiting|ref_tracker: |Out of memory"
)
CONTEXT = 40
STAMP = re.compile(r"^\[ *\d+\.\d+\] ")
BEGIN, END = "uml: begin", "reboot: System halted"
MARKS = (BEGIN, "uml: loaded", "uml: run", "uml: unloaded", "uml: scanned")


def lines_of(path):
    """From where it is about us, if it came so far."""
    with open(path, errors="replace", encoding="utf-8") as file:
        lines = [STAMP.sub("", line.rstrip("\r\n")) for line in file]
    # What was said early is said once more at the end.
    if END in lines:
        lines = lines[:lines.index(END)]
    return lines[lines.index(BEGIN):] if BEGIN in lines else lines


def problems(lines, status):
    """What was wrong with the boot; status is that of the machine, 124: it took too long."""
    found = []
    for i, line in enumerate(lines):
        if SPLAT.search(line):
            found.append("the kernel complained:\n" + "\n".join(lines[i:i + CONTEXT]))
            break
    if status == 124:
        found.append("the boot was not done in time")
    return found + [f"the boot never said '{mark}'" for mark in MARKS if mark not in lines]
