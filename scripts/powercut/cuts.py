#!/usr/bin/env python3
"""Cuts the power of a machine again and again, and looks each time at what is left (docs/powercut.md).

BIN holds migrate and migrate-lab. Each machine looks at what the cut before left, then plays on until its own.
"""

import argparse
import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from checks import Checks, Promise
from drive import Drive, Loss
from machine import Machine, PowerGone
from records import Records
from story import FIRST, PLAN, STORIES, WAITING, Broken, ask, document


class Cuts:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.at = subprocess.run(
            ["scripts/powercut/image", options.series, os.path.abspath(options.bin)],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout.strip()  # fmt: skip
        self.drive = Drive(self.new_disk(), f"{scratch}/drive")
        self.drive.honest = not options.lying
        self.template = f"{self.at}/saved"
        self.checks = Checks()
        self.costs = {}  # of each verb that was not cut: seconds of the emulator's processor time, and writes
        self.table = collections.defaultdict(collections.Counter)
        self.cutting, self.promise, self.boots = None, None, 0
        if not os.path.exists(self.template):
            Machine(self.at, scratch).save(self.template)

    def new_disk(self):
        disk = f"{self.scratch}/disk"
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", disk, "48M"], check=True, stdout=subprocess.DEVNULL)
        with open(disk, "rb") as image:
            return image.read()

    def begin_anew(self):
        self.drive.put(self.new_disk())
        self.checks.known = Records()

    def play(self, machine, command):
        """Plays a verb to its end, and remembers what that costs. Returns its document."""
        writes, spent = self.drive.writes, machine.spent()
        _, text = ask(machine, command)
        self.remember(machine, command, writes, spent)
        return document(text)

    def remember(self, machine, command, writes, spent):
        self.costs[command] = machine.spent() - spent, self.drive.writes - writes
        if self.options.verbose:
            print(f"     {self.costs[command][0]:6.2f} s {self.costs[command][1]:4} writes  {command}", flush=True)

    def look(self, boots=False):
        """A machine that has booted, and has looked at what the last cut left."""
        machine = Machine(self.at, self.scratch, None if boots else self.template)
        try:
            begun = machine.spent()
            nonce = random.SystemRandom().getrandbits(128)
            self.checks.boot(machine, int(time.time()), f"{nonce:032x}")
            if self.cutting:
                self.settle(self.checks.after(machine, self.promise))
                if self.options.verbose:
                    print(f"     {machine.spent():6.2f} s of these {begun:.2f} s to be there", flush=True)
            if not self.boots:
                self.checks.audit = machine.run("migrate audit verify --help")[0] == 0
            self.boots += 1
            return machine
        except BaseException:
            machine.kill()
            raise

    def settle(self, reached):
        number, verb, how = self.cutting
        self.table[verb][reached] += 1
        self.cutting = None
        print(f"{number:4} {verb:20}{how:50} {reached}", flush=True)

    def cut(self, number, verb):
        """One machine, from its boot to the cut."""
        chance = random.Random(f"{self.options.seed}-{number}")
        loss, by_write, share = chance.choice(list(Loss)), chance.random() < 0.5, chance.uniform(0, 1.1)
        path, command, states = STORIES[verb]
        if verb == FIRST and self.cutting:
            self.look().kill()
        if verb == FIRST:
            self.begin_anew()
        machine = self.look(boots=number % self.options.boot_every == 0)
        try:
            self.promise = Promise(states)
            for step in path:
                self.promise.hear(self.play(machine, step))
            # What a verb costs is seen the first time it is played to its end: till then the cut comes right after it.
            spent, writes = self.costs.get(command, (1e9, 1e9))
            at = max(1, round(share * writes)) if by_write else share * spent
            answer = self.cord(machine, command, at, by_write)
            if answer:
                self.promise.hear(answer)
                self.promise.states = states[-1:]
        finally:
            machine.kill()
        cached, kept = self.drive.cut(loss, chance)
        where = f"at write {at}" if by_write else f"at {at:.2f} s"
        word = "answered" if answer else ""
        self.cutting = number, verb, f"{where:13}{word:10}{loss.value}: {kept} of {cached} sectors"

    def cord(self, machine, command, at, by_write):
        """Begins the verb and pulls the plug. What it had answered by then."""
        if by_write:
            self.drive.stop(at, machine.pull)
        begun, writes = machine.spent(), self.drive.writes
        try:
            machine.begin(command)
            if not by_write and not machine.answers(lambda: machine.spent() - begun >= at):
                return None
            code, text = machine.end()
            self.remember(machine, command, writes, begun)
        except PowerGone:
            return None
        finally:
            machine.kill()
        if code != 0:
            raise Broken(f"`{command}` ended with {code}:\n{text}")
        return document(text)

    def reboot(self, waiting):
        """As an operator reboots a node while a verb waits."""
        command, sign, states = WAITING[waiting]
        machine = self.look()
        try:
            self.play(machine, PLAN)
            _, process = ask(machine, f"{command} >/tmp/waits 2>&1 & echo $!")
            ask(machine, f"until_status '{sign}' || {{ cat /tmp/waits; exit 1; }}")
            raise Broken(f"the machine does not go: {machine.run(f'orderly {process}')}")
        except PowerGone:
            pass
        finally:
            machine.kill()
        # Everything must have been flushed by then.
        self.drive.cut(Loss.ALL, random.Random(0))
        self.promise, self.cutting = Promise(states), ("", f"reboot: {waiting}", "orderly")

    def run(self):
        order = random.Random(f"{self.options.seed}-order")
        verbs = []
        for number in range(1, self.options.cuts + 1):
            if not verbs:
                verbs = order.sample(list(STORIES), len(STORIES))
            self.cut(number, verbs.pop())
        if not self.options.no_reboots:
            for waiting in WAITING:
                self.reboot(waiting)
        machine = self.look()
        try:
            path, verb, _ = STORIES["rollback"]
            for step in [*path, verb]:
                self.play(machine, step)
        finally:
            machine.kill()

    def report(self):
        print(f"\n{'verb':30}{'cuts':>6}  found afterwards")
        for verb, outcomes in self.table.items():
            words = ", ".join(f"{count} {what}" for what, count in outcomes.most_common())
            print(f"{verb:30}{sum(outcomes.values()):6}  {words}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bin")
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--series", default="6.12", help="of the kernel")
    parser.add_argument("--boot-every", type=int, default=25, help="boot in earnest, not from the saved machine")
    parser.add_argument("--no-reboots", action="store_true", help="cuts only")
    parser.add_argument("--lying", action="store_true", help="a drive that does not keep what it was told to flush")
    parser.add_argument("-v", "--verbose", action="store_true", help="what everything costs")
    options = parser.parse_args()
    begun = time.time()
    scratch = tempfile.mkdtemp(prefix="migrate-powercut.")
    print(f"seed {options.seed}, {options.cuts} cuts, kernel {options.series}", flush=True)
    cuts = Cuts(options, scratch)
    print(f"a machine has booted after {time.time() - begun:.0f} s", flush=True)
    try:
        cuts.run()
    except Broken as broken:
        cuts.report()
        with open(f"{scratch}/damaged.img", "wb") as image:
            image.write(cuts.drive.durable)
        print(f"\nAfter cut {cuts.cutting}:\n{broken}", file=sys.stderr)
        sys.exit(f"powercut: seed {options.seed}; the disk is {scratch}/damaged.img")
    cuts.report()
    print(f"{sum(sum(outcomes.values()) for outcomes in cuts.table.values())} in all, 0 damaged")
    shutil.rmtree(scratch)


main()
