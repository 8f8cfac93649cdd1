#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""hostile.py whole|brief [WORD...]

Whoever holds the other end of the cable, and whoever may send into the device, try all there is.
After each attack the drop counters and those of the SA say exactly what happened, nothing was
delivered that should not be, no clear text was on the wire, and the device works. With WORDs only
the attacks of these names. Ends with

    hostile: N passed, N failed
"""
import itertools
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lab"))
import algos
import fragments
import inbound
import netlink
import outbound
import world as worlds
from world import V4, V6


def say(text):
    print(f"hostile: {text}", flush=True)


def chosen_worlds(how):
    """Algorithm, ESN, encapsulation, outer and inner IP: each value once, or all of them."""
    by_name = {algo.name: algo for algo in algos.table()}
    gcm, cbc = by_name["aes-gcm16-128"], by_name["aes-cbc-256-sha256"]
    if how == "brief":
        return [(gcm, True, False, V4, V4), (cbc, False, True, V6, V6)]
    return itertools.product((gcm, cbc), (False, True), (False, True), (V4, V6), (V4, V6))


def attacks_of(world):
    """Name, function that returns how many packets it took, and whether the device has the same
    SAs after it."""
    for attack in inbound.ATTACKS:
        yield attack.__name__, lambda attack=attack: world.attack(attack(world))
    for case in fragments.CASES:
        yield case.__name__, lambda case=case: case(world)
    yield from outbound.Outbound(world).all().items()


class Score:
    def __init__(self):
        self.passed = self.failed = self.packets = 0

    def attempt(self, world, name, attack):
        start = time.monotonic()
        try:
            count = attack()
            world.check_wire()
            if name != inbound.far_ahead.__name__:  # whose SA has no sequence number left
                world.works()
        except (worlds.Wrong, netlink.Refused) as why:
            self.failed += 1
            say(f"FAILED {name} ({world}): {why}")
            return
        finally:
            world.renew()
        self.passed += 1
        self.packets += count
        say(f"ok {name} ({world}): {count} packets, {time.monotonic() - start:.2f} s")


def main():
    how, words = sys.argv[1], sys.argv[2:]
    start, score = time.monotonic(), Score()
    for choice in chosen_worlds(how):
        world = worlds.World(*choice)
        for name, attack in attacks_of(world):
            if not words or name in words:
                score.attempt(world, name, attack)
        world.close()
    say(f"{score.packets} packets, {time.monotonic() - start:.1f} s")
    say(f"{score.passed} passed, {score.failed} failed")
    sys.exit(score.failed != 0 or not score.passed)


main()
