"""What is played on the machine up to a cut, and what must be known of it afterwards."""

import json

PLAN = (
    "migrate plan --private-bpffs --membership legacy-keys -o json >/tmp/plan.json && jq -c '{plan_id}' /tmp/plan.json"
)
APPLY = "migrate apply --node power --private-bpffs -o json"
KEPT = f"{APPLY} --confirm-within none /tmp/plan.json"
OPEN = f"{APPLY} --confirm-within 10m --detach /tmp/plan.json"
ROLLBACK = "migrate rollback --node power --private-bpffs -o json"
FINALIZE = "migrate finalize --node power --private-bpffs -o json"
RESUME = "migrate resume -o json"
SHADOW = "migrate shadow --node power --private-bpffs --duration 10m /tmp/plan.json"

FIRST = "first plan"  # on a disk without anything: the database is made

# Each verb that is cut: what is played before it, the verb, and the states in which the run may be found afterwards: the
# first as if the verb had not been called (`None`: no run), the last when it has answered.
STORIES = {
    FIRST: ([], PLAN, [None]),
    "plan": ([], PLAN, [None]),
    "apply": ([PLAN], OPEN, [None, "installing", "provisional"]),
    "confirm": ([PLAN, OPEN], "migrate confirm -o json", ["provisional", "committed"]),
    "rollback": ([PLAN, OPEN], ROLLBACK, ["provisional", "rolling-back", "rolled-back"]),
    "rollback committed": ([PLAN, KEPT], ROLLBACK, ["committed", "rolling-back", "rolled-back"]),
    "finalize": ([PLAN, KEPT], FINALIZE, ["committed", "finalized"]),
}
# What waits while the machine is told to go; what `status` says meanwhile; the state in which the run is found.
WAITING = {
    "window": (f"{APPLY} --confirm-within 10m /tmp/plan.json", '"provisional"', ["provisional"]),
    "shadow": (SHADOW, '"shadows"', [None]),
    "shadow in the slot": (f"{SHADOW} --in-slot", '"shadow"', ["rolled-back"]),
}
# As a machine goes that is asked to: whoever waits is told, then the disk is let go.
ORDERLY = (
    "kill -TERM {0}; for _ in $(seq 50); do kill -0 {0} 2>/dev/null || break; sleep 0.2; done;"
    " busybox umount /var/lib && busybox poweroff -f"
)


class Broken(Exception):
    """A promise that was not kept."""


def ask(machine, command, *codes):
    """Runs a command that must end with one of the codes (0 where none is named). Returns code and output."""
    code, text = machine.run(command)
    if code not in (codes or (0,)):
        raise Broken(f"`{command}` ended with {code}:\n{text}")
    return code, text


def document(text):
    """The JSON document in what a verb printed, with its messages around it; empty where there is none."""
    for at in (at for at, letter in enumerate(text) if letter == "{"):
        try:
            return json.JSONDecoder().raw_decode(text[at:])[0]
        except json.JSONDecodeError:
            continue
    return {}
