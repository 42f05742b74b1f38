"""After a cut: the database is whole, nothing of it is missing, `status` tells the truth, and `resume` closes the run."""

from dataclasses import dataclass

from records import OVER, Records
from story import RESUME, Broken, ask, document


def read(machine):
    return Records.parse(*machine.run("records"))


@dataclass
class Promise:
    """What must be found: the run of `id` in one of `states` (`None` among them: or no new run), and the plan."""

    states: list
    id: str | None = None
    plan: str | None = None

    def hear(self, document):
        """What a verb answered with."""
        self.plan = document.get("plan_id", self.plan)
        self.id = document.get("run_id", self.id)


class Checks:
    def __init__(self):
        self.known = Records()  # what was on the disk when it was last looked
        self.boots = set()
        self.audit = False

    def boot(self, machine, time, nonce):
        self.boot_id = ask(machine, f"boot {time} {nonce}")[1].strip()
        if self.boot_id in self.boots:
            raise Broken(f"boot id {self.boot_id} was there before")
        self.boots.add(self.boot_id)

    def after(self, machine, promise):
        """Looks at all of it; returns how far the verb had come, in words."""
        # Before anybody else opens the database: `status` may only read.
        told = machine.run("migrate status -o json")
        found = read(machine)
        faults = [*found.faults, *found.missing(self.known), *found.gaps(), *self.broken(found, promise)]
        if faults:
            raise Broken("\n".join(faults))
        last = found.last()
        if last and last[1] not in OVER:
            self.gone(machine, told, *last)
        elif told[0] != 0 or document(told[1]).get("state") != "idle":
            raise Broken(f"nothing is open, and status ends with {told[0]}: {told[1]}")
        if self.audit:
            ask(machine, "migrate audit verify")
        before, self.known = self.known, read(machine)
        if last and last[0] not in before.runs:
            return last[1]
        return "plan recorded" if found.plans.keys() - before.plans.keys() else "nothing recorded"

    def broken(self, found, promise):
        """What was answered for and is not there."""
        if promise.plan and promise.plan not in found.plans:
            yield f"plan {promise.plan} was answered for and is not recorded"
        new = [run for run in found.runs if run not in self.known.runs]
        if promise.id and promise.id not in new:
            yield f"run {promise.id} was answered for and is not recorded"
        if len(new) > 1 or not new and None not in promise.states:
            yield f"runs since the last look: {new}"
        for run in new:
            if found.runs[run][0] not in promise.states:
                yield f"run {run} is {found.runs[run][0]}, and should be one of {promise.states}"

    def gone(self, machine, told, run, state, boot):
        """`status` says that the power took the run with it, `resume` closes it, and then `status` says that, too."""
        code, text = told
        status = document(text)
        if boot == self.boot_id or (code, status.get("state"), status.get("run_id")) != (30, "gone", run):
            raise Broken(f"run {run} ({state}) went with the power, and status ends with {code}: {text}")
        closed = document(ask(machine, RESUME)[1])
        if (closed.get("state"), closed.get("reason"), closed.get("run_id")) != ("gone", "reboot", run):
            raise Broken(f"resume says of run {run}: {closed}")
        if (now := document(ask(machine, "migrate status -o json")[1])).get("state") != "idle":
            raise Broken(f"run {run} is closed, and status says: {now}")
