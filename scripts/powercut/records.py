"""What the database holds after a cut, and whether that is what must be left of it."""

from dataclasses import dataclass, field

KEPT = 10
OVER = {"rolled-back", "gone"}


@dataclass
class Records:
    faults: list = field(default_factory=list)
    plans: dict = field(default_factory=dict)  # id: (number of runs, number of its snapshot)
    newest: int = 0  # number of the newest snapshot
    runs: dict = field(default_factory=dict)  # id: (state, boot id), in the order they were begun
    lines: dict = field(default_factory=dict)  # (run id, sequence): (phase, intent, evidence)

    @staticmethod
    def parse(code, text):
        records = Records()
        if text == "none\n":
            return records
        findings, _, rows = text.partition("records\n")
        if code or findings != "ok\n":
            records.faults.append(f"damaged: {findings.strip() or text.strip()}")
        for row in rows.splitlines():
            kind, *cells = row.split("|")
            if kind == "plan":
                records.plans[cells[0]] = tuple(int(cell) for cell in cells[1:])
            elif kind == "newest":
                records.newest = int(cells[0])
            elif kind == "run":
                records.runs[cells[0]] = tuple(cells[1:])
            else:
                records.lines[cells[0], int(cells[1])] = tuple(cells[2:])
        return records

    def last(self):
        """The run that was begun last: its id, state and boot; `None` where there is none."""
        return next(((run, *row) for run, row in reversed(self.runs.items())), None)

    def missing(self, before):
        """What was on the disk `before` and is not any more, or is something else: no record changes, and none goes but
        plans of which no run was made, with their snapshots, of which ten are kept."""
        faults = [
            f"plan {plan} is gone"
            for plan, (runs, snapshot) in before.plans.items()
            if plan not in self.plans and (runs or self.newest - snapshot < KEPT)
        ]
        faults += [f"run {run} is gone" for run in before.runs.keys() - self.runs.keys()]
        faults += [
            f"run {run} was {before.runs[run][0]} and is {state}"
            for run, (state, _) in self.runs.items()
            if run in before.runs and before.runs[run][0] in OVER and state != before.runs[run][0]
        ]
        for line, (phase, intent, evidence) in before.lines.items():
            found = self.lines.get(line)
            if found is None or found[:2] != (phase, intent) or (evidence and found[2] != evidence):
                faults.append(f"line {line} of the journal is not what it was")
        return faults

    def gaps(self):
        """Lines of the journal that were begun later than one that is not there."""
        return [f"line {run} {number}: none before it" for run, number in self.lines if number > 1 and (run, number - 1) not in self.lines]
