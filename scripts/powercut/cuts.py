#!/usr/bin/env python3
"""Cuts the power of a machine again and again, and looks each time at what is left (docs/powercut.md).

BIN holds migrate and migrate-lab. Each machine looks at what the cut before left, then plays on until its own.
"""

import argparse
import collections
import json
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
from story import FIRST, ORDERLY, PLAN, STORIES, WAITING, Broken, ask, document


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
        # Of each verb that was once played to its end: seconds of the emulator's processor time, and writes. Kept with the
        # saved machine, of which they are true.
        self.costs = {}
        if os.path.exists(f"{self.at}/costs.json"):
            with open(f"{self.at}/costs.json") as costs:
                self.costs = json.load(costs)
        self.findings = []
        self.table = collections.defaultdict(collections.Counter)
        self.cutting, self.promise, self.boots = None, None, 0
        if not os.path.exists(self.template):
            Machine(self.at, scratch).save(self.template)

    def new_disk(self):
        disk = f"{self.scratch}/disk"
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", disk, "48M"], check=True, stdout=subprocess.DEVNULL)
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
        with open(f"{self.at}/costs.json", "w") as costs:
            json.dump(self.costs, costs, indent=1)
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
                self.checks.audit = machine.run("migrate --help | grep -q '^ *audit '")[0] == 0
            self.boots += 1
            return machine
        except Broken as broken:
            machine.kill()
            self.find(broken)
            return self.look()
        except BaseException:
            machine.kill()
            raise

    def find(self, broken):
        """Something did not hold: it is told, the disk is kept, and the next cut begins with another."""
        number, verb, how = self.cutting or (len(self.findings), "-", "between cuts")
        image = f"{self.scratch}/finding-{len(self.findings) + 1}.img"
        with open(image, "wb") as disk:
            disk.write(self.drive.seen)
        self.table[verb]["NOT AS IT MUST BE"] += 1
        self.findings.append(f"{number} {verb} {how}\n{broken}\nthe disk: {image}")
        print(f"{number:4} {verb:20}{how:50} NOT AS IT MUST BE: {str(broken)[:300]}", flush=True)
        self.cutting = None
        self.begin_anew()

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
            known = command in self.costs
            spent, writes = self.costs.get(command, (1e9, 1e9))
            at = max(1, round(share * writes)) if by_write else share * spent
            answer = self.cord(machine, command, at, by_write)
            if answer:
                self.promise.hear(answer)
                self.promise.states = states[-1:]
        except Broken as broken:
            machine.kill()
            return self.find(broken)
        finally:
            machine.kill()
        cached, kept = self.drive.cut(loss, chance)
        where = "at its end" if not known else f"at write {at}" if by_write else f"at {at:.2f} s"
        word = "answered" if answer else ""
        self.cutting = number, verb, f"{where:14}{word:10}{loss.value}: {kept} of {cached} sectors"

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
            raise Broken(f"the machine does not go: {machine.run(ORDERLY.format(process.strip()))}")
        except Broken as broken:
            machine.kill()
            return self.find(broken)
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
    cuts.run()
    cuts.report()
    for finding in cuts.findings:
        print(f"\nAfter cut {finding}", file=sys.stderr)
    if cuts.findings:
        sys.exit(f"powercut: {len(cuts.findings)} did not hold; again:  make powercut N={options.cuts} SEED={options.seed}")
    print(f"{sum(sum(outcomes.values()) for outcomes in cuts.table.values())} in all, 0 damaged")
    shutil.rmtree(scratch)


main()
