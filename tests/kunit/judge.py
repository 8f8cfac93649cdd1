#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""judge.py CONSOLE STATUS SUITE.c...: count what a KUnit boot said, and end with the one line

    kunit: N passed, N failed

A file foo_test.c promises a suite svti_foo. Failed is also: a skipped case, a suite that is
missing or ended early, anything the kernel's checkers printed, and a boot that did not end well.
"""
import os
import re
import sys

SPLAT = re.compile(
    r"WARNING: |BUG: |BUG at |Oops|Kernel panic|KASAN: |UBSAN: |ODEBUG: |refcount_t: "
    r"|general protection fault|segfault|Call Trace:|INFO: task .* blocked|rcu: INFO|INFO: possible"
    r"|INFO: trying|suspicious RCU|possible .*deadlock|inconsistent lock state|list_(add|del) corruption"
    r"|unreferenced object|kmemleak: \d+ new|unregister_netdevice: waiting|ref_tracker: |Out of memory"
)
CONTEXT = 40
STAMP = re.compile(r"^\[ *\d+\.\d+\] ")
START = re.compile(r"^    # Subtest: (\S+)$")
PLAN = re.compile(r"^    1\.\.(\d+)$")
CASE = re.compile(r"^    (ok|not ok) (\d+) (?:- )?(\S+)(.*)$")
NOTE = re.compile(r"^    # (.*)$")
BEGIN = "kunit-init: begin"
MARKS = (BEGIN, "kunit-init: loaded", "kunit-init: run", "kunit-init: unloaded", "kunit-init: scanned")


class Suite:
    def __init__(self):
        self.plan = None
        self.passed = 0
        self.failed = []


def read_suites(lines):
    suites, current, notes = {}, None, []
    for line in lines:
        if m := START.match(line):
            current = suites.setdefault(m[1], Suite())
        elif current is None:
            continue
        elif m := PLAN.match(line):
            current.plan = int(m[1])
        elif m := CASE.match(line):
            if m[1] == "ok" and "# SKIP" not in m[4]:
                current.passed += 1
            else:
                current.failed.append(f"{m[3]}{m[4]}")
            notes = []
    return suites


def problems_of_boot(lines, status):
    found = []
    for i, line in enumerate(lines):
        if SPLAT.search(line):
            found.append("the kernel complained:\n" + "\n".join(lines[i : i + CONTEXT]))
            break
    if status == 124:
        found.append("the boot was not done in time")
    for mark in MARKS:
        if mark not in lines:
            found.append(f"the boot never said '{mark}'")
    return found


def main():
    console, status, files = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    with open(console, errors="replace") as f:
        lines = [STAMP.sub("", line.rstrip("\r\n")) for line in f]
    if BEGIN in lines:
        lines = lines[lines.index(BEGIN) :]
    suites = read_suites(lines)
    passed, problems = 0, []
    for path in files:
        name = "svti_" + os.path.basename(path).removesuffix("_test.c")
        suite = suites.get(name)
        if suite is None:
            problems.append(f"suite {name} did not run")
            continue
        passed += suite.passed
        problems += [f"{name}: {case}" for case in suite.failed]
        if suite.plan != suite.passed + len(suite.failed):
            problems.append(f"suite {name} ended early")
        print(f"{name:24} {suite.passed:4} passed, {len(suite.failed)} failed")
    if not files:
        problems.append("there are no suites")
    failed_cases = bool(problems)
    problems += problems_of_boot(lines, status)
    if problems:
        for line in lines if failed_cases else []:
            if "EXPECT" in line or "ASSERT" in line or line.startswith("        ") or "_test.c:" in line:
                print(line, file=sys.stderr)
        if not lines or MARKS[0] not in lines:
            print("\n".join(lines[-CONTEXT:]), file=sys.stderr)
    for problem in problems:
        print(f"kunit: {problem}", file=sys.stderr)
    sys.stderr.flush()
    print(f"kunit: {passed} passed, {len(problems)} failed")
    return 1 if problems else 0


sys.exit(main())
