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

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "uml"))
import console

START = re.compile(r"^    # Subtest: (\S+)$")
PLAN = re.compile(r"^    1\.\.(\d+)$")
CASE = re.compile(r"^    (ok|not ok) (\d+) (?:- )?(\S+)(.*)$")
NOTE = re.compile(r"^    # (.*)$")


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


def main():
    path, status, files = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    lines = console.lines_of(path)
    suites = read_suites(lines)
    passed, problems = 0, []
    for file in files:
        name = "svti_" + os.path.basename(file).removesuffix("_test.c")
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
    problems += console.problems(lines, status)
    if problems:
        for line in lines if failed_cases else []:
            if "EXPECT" in line or "ASSERT" in line or line.startswith("        ") or "_test.c:" in line:
                print(line, file=sys.stderr)
        if console.BEGIN not in lines:
            print("\n".join(lines[-console.CONTEXT:]), file=sys.stderr)
    for problem in problems:
        print(f"kunit: {problem}", file=sys.stderr)
    sys.stderr.flush()
    print(f"kunit: {passed} passed, {len(problems)} failed")
    return 1 if problems else 0


sys.exit(main())
