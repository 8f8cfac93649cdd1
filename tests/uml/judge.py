#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""judge.py CONSOLE STATUS NAME: show what a program said in the machine, and end with its line

    NAME: N passed, N failed

in which a complaint of the kernel, a leak, and a boot that did not end well have failed, too.
"""
import re
import sys

import console


def main():
    path, status, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    lines = console.lines_of(path)
    verdict = re.compile(rf"{name}: (\d+) passed, (\d+) failed$")
    counts = None
    for line in lines:
        if found := verdict.match(line):
            counts = [int(number) for number in found.groups()]
        elif line.startswith(f"{name}: "):
            print(line)
    problems = console.problems(lines, status)
    if counts is None:
        problems.append("the program did not come to its end:\n" +
                        "\n".join(lines[-console.CONTEXT:]))
        counts = [0, 0]
    elif counts[1] and "uml: run" not in lines:
        problems.remove("the boot never said 'uml: run'")
    for problem in problems:
        print(f"{name}: {problem}", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    print(f"{name}: {counts[0]} passed, {counts[1] + len(problems)} failed")
    return 1 if problems or counts[1] or not counts[0] else 0


sys.exit(main())
