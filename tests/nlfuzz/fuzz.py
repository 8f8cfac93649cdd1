#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""fuzz.py SECONDS [SEED]

Requests to the svti family, sound, nearly sound and unsound, for so long. Each refusal has a
sentence and changes nothing; dumps agree with what single questions answer; no allocation that
fails is lost or leaves half of a request; two askers and one who deletes the devices at the same
time do not hurt; afterwards the device works. The order of the requests follows from the seed.
Ends with

    nlfuzz: N passed, N failed
"""
import collections
import errno
import os
import random
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[1:1] = [os.path.join(HERE, "..", "lab")]
import algos
import net
import netlink
import requests
import svti
import world as worlds

# What can be in the way of a sound request.
IN_THE_WAY = {
    "sa-new": {errno.EEXIST}, "sp-new": {errno.EEXIST, errno.ENOSPC},
    "sa-get": {errno.ENOENT, errno.EINVAL}, "sa-del": {errno.ENOENT, errno.EINVAL},
    "sa-set": {errno.ENOENT, errno.EINVAL, errno.EEXIST, errno.EAFNOSUPPORT},
    "sp-get": {errno.ENOENT}, "sp-del": {errno.ENOENT}, "sp-set": {errno.ENOENT, errno.EEXIST},
    "sa-flush": set(), "sp-flush": set(),
}
# Refused by generic netlink itself, which has no sentence for it.
NO_SENTENCE = {errno.EOPNOTSUPP}
DOUBTFUL = {errno.ENOMEM, errno.EFAULT, errno.EIO, errno.EBADMSG, errno.ENOBUFS}


def say(text):
    print(f"nlfuzz: {text}", flush=True)


class Wrong(Exception):
    """Something that must not be."""


def state_of(device):
    """SAs and policies without what time and traffic change, and in no order."""
    moving = {"age", "idle", "left-seconds"}
    def fixed(found):
        return sorted(str(sorted((k, v) for k, v in one.items() if k not in moving))
                      for one in found)
    return fixed(device.sas()), fixed(device.policies())


def check_sentence(request, why):
    if why.errno in NO_SENTENCE and not why.sentence and (
            request.command is not None or request.flags & netlink.F_DUMP):
        return
    if len(why.sentence) < 12 or " " not in why.sentence or "%" in why.sentence:
        raise Wrong(f"refused with errno {why.errno} and the sentence '{why.sentence}'")
    if why.errno in DOUBTFUL:
        raise Wrong(f"refused with errno {why.errno} ({why.sentence})")


class Fuzz:
    def __init__(self, world, rng):
        self.world, self.rng, self.device = world, rng, world.device
        world.alice.link("dummy0", "dummy")
        self.maker = requests.Maker(
            rng, self.device.client.spec, algos.table(), self.device.ifindex,
            (0, 1, world.alice.index("dummy0"), 0x7FFFFFFF, 0xFFFFFFFF))
        self.count = collections.Counter()

    def ask(self, request, client=None):
        """None, or the refusal."""
        client = client or self.device.client
        try:
            client.netlink.ask(client.family, request.flags, request.encode(client.spec))
            return None
        except netlink.Refused as why:
            return why

    def check(self, request, why):
        self.count["refused" if why else "accepted"] += 1
        if why:
            check_sentence(request, why)
        elif request.must == "refuse":
            raise Wrong("accepted, though it must be refused")
        if why and request.must == "sound" and not request.flags & netlink.F_DUMP and \
                why.errno not in IN_THE_WAY[request.name]:
            raise Wrong(f"refused, though nothing is wrong: {why}")

    def one(self):
        request = self.maker.sound()
        for _ in range(self.rng.choice((0, 0, 1, 1, 1, 1, 2, 5))):
            request = self.maker.spoil(request)
        watch = request.must == "refuse" and self.rng.random() < 0.1
        try:
            before = state_of(self.device) if watch else None
            self.check(request, self.ask(request))
            if watch and state_of(self.device) != before:
                raise Wrong("refused, and yet something changed")
        except (Wrong, TimeoutError, ValueError) as error:
            raise Wrong(f"{error}: {request}") from error

    def single(self, until):
        """One asker."""
        turns = 0
        while time.monotonic() < until:
            self.one()
            turns += 1
            if turns % 400 == 0:
                self.check_dumps()
            if turns % 1500 == 0:
                self.device.flush()
        self.check_dumps()

    def check_dumps(self):
        """What is in a dump is what a question for it alone answers, once."""
        sas, policies = self.device.sas(), self.device.policies()
        keys = [(sa["dir"], sa["spi"], sa["dst"]) for sa in sas]
        indices = [policy["index"] for policy in policies]
        if len(set(keys)) != len(keys) or len(set(indices)) != len(indices):
            raise Wrong("something is in a dump twice")
        for way, spi, dst in keys:
            answer, = self.device.ask("sa-get", ("sa", {"dir": way, "spi": spi, "dst": dst}))
            if answer["sa"][0]["dst"] != dst or answer["sa"][0]["spi"] != spi:
                raise Wrong(f"asked for SA {spi}, got {answer}")
        for index in indices:
            answer, = self.device.ask("sp-get", ("sp", {"index": index}))
            if answer["sp"][0]["index"] != index:
                raise Wrong(f"asked for policy {index}, got {answer}")
        self.count["compared with dumps"] += len(keys) + len(indices)

    def failing(self, until):
        """Each allocation of a sound request fails in turn: all of it happens, or nothing."""
        if net.with_failing(1, lambda: None) is None:
            say("no fault injection here")
            return
        while time.monotonic() < until:
            request = self.maker.sound()
            if request.flags & netlink.F_DUMP:
                continue
            for turn in range(1, 400):
                before = state_of(self.device)
                refusal = []
                failed = net.with_failing(turn, lambda: refusal.append(self.ask(request)))
                self.count["failing allocations"] += 1
                if refusal and refusal[0] and state_of(self.device) != before:
                    raise Wrong(f"allocation {turn} failed, and half of it happened: {request}")
                if not failed or (refusal and not refusal[0]):
                    break

    def racing(self, until):
        """Two askers about two devices, and one who deletes and makes one of them."""
        wrong = []

        def asker(seed):
            rng = random.Random(seed)
            client = svti.Client(self.device.client.spec, self.world.alice)
            maker = requests.Maker(rng, client.spec, self.maker.algos, self.device.ifindex,
                                   self.maker.strangers)
            while time.monotonic() < until and not wrong:
                maker.ifindex = rng.choice((self.device.ifindex, self.second))
                request = maker.sound()
                if rng.random() < 0.3:
                    request = maker.spoil(request)
                why = self.ask(request, client)
                self.count["in a race"] += 1
                try:
                    if why:
                        check_sentence(request, why)
                except Wrong as error:
                    wrong.append(f"{error}: {request}")
            client.close()

        def maker():
            turns = 0
            while time.monotonic() < until and not wrong:
                name = f"svti{10 + turns % 2}"
                self.world.alice.link(name, "svti")
                self.world.alice.up(name)
                self.second = self.world.alice.index(name)
                time.sleep(0.02)
                self.world.alice.unlink(name)
                turns += 1

        def guarded(function, *arguments):
            try:
                function(*arguments)
            except Exception as error:  # whatever ends a thread is a failure
                wrong.append(repr(error))

        self.second = self.device.ifindex
        seeds = [self.rng.random() for _ in range(2)]
        threads = [threading.Thread(target=guarded, args=a)
                   for a in ((asker, seeds[0]), (asker, seeds[1]), (maker,))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if wrong:
            raise Wrong(wrong[0])

    def works(self):
        """With all that was left behind, then without."""
        self.device.flush()
        if self.device.sas() or self.device.policies():
            raise Wrong("something is left after a flush")
        self.world.policies()
        self.world.renew()
        self.world.works()


def main():
    seconds = float(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    say(f"seed {seed}")
    by_name = {algo.name: algo for algo in algos.table()}
    world = worlds.World(by_name["aes-gcm16-128"], True, False)
    fuzz = Fuzz(world, random.Random(seed))
    passed = failed = 0
    for name, share in (("single", 0.5), ("failing", 0.2), ("racing", 0.3), ("works", 0)):
        step = getattr(fuzz, name)
        try:
            step(time.monotonic() + seconds * share) if share else step()
            passed += 1
        except (Wrong, worlds.Wrong, netlink.Refused) as why:
            failed += 1
            say(f"FAILED {name}, seed {seed}: {why}")
    world.close()
    say(", ".join(f"{value} {name}" for name, value in fuzz.count.items()))
    say(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0)


main()
