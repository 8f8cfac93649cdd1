# SPDX-License-Identifier: GPL-2.0-or-later
"""The axes of the matrix, and how combinations are picked from them."""
import itertools
import typing

import algos

V4, V6 = "ipv4", "ipv6"


class Combination(typing.NamedTuple):
    algo: algos.Algo
    outer: str
    inner: str
    mode: str
    esn: bool
    encap: bool

    def __str__(self):
        return (f"{self.algo.name} {self.inner} in {self.outer} {self.mode}"
                f"{' esn' if self.esn else ''}{' encap' if self.encap else ''}")


# What svti can do: a value that stands here must work, in every combination.
AXES = Combination(
    algo=algos.table(),
    outer=[V4, V6],
    inner=[V4, V6],
    mode=["tunnel"],
    esn=[False, True],
    encap=[False, True],
)


def makes_sense(c):
    """Transport mode has one IP header, which is inner and outer one."""
    return c.mode == "tunnel" or c.inner == c.outer


def whole():
    """Every combination; those that share policies follow each other."""
    every = [Combination(*values) for values in itertools.product(*AXES)]
    return sorted(filter(makes_sense, every), key=lambda c: (c.mode, c.outer, c.inner))


def pairs_of(c):
    return set(itertools.combinations(enumerate(c), 2))


def pairwise(combinations):
    """A few in which every two values that ever meet do meet. Greedy: next is always one of
    those that show the most pairs not seen yet."""
    left = {c: pairs_of(c) for c in combinations}
    missing = set().union(*left.values())
    picked = []
    while missing:
        best = max(left, key=lambda c: len(left[c] & missing))
        missing -= left.pop(best)
        picked.append(best)
    return sorted(picked, key=combinations.index)
