/// Of runs: how they stand, why they came back, what they are for.
extension Glossary {
    static let runs: [Meaning] = [
        Meaning(
            "installing", "state of a run",
            "Programs are being put into the slots; every packet still takes the legacy programs."),
        Meaning(
            "shadow", "state of a run",
            "Switches sit in the slots and only look: every packet takes the legacy programs."),
        Meaning(
            "provisional", "state of a run",
            "The replacement has the traffic, or a share of it, until a deadline that the kernel keeps; unconfirmed, the legacy programs take it back by themselves."
        ),
        Meaning(
            "expired", "state of a run",
            "The deadline passed, or the kernel tripped the breaker: packets take the legacy programs again, and the slots are still to be given back."
        ),
        Meaning(
            "rolling-back", "state of a run",
            "The hooks are being given back; packets take the legacy programs already."),
        Meaning(
            "committed", "state of a run",
            "The replacement was confirmed and has the traffic. It can still be rolled back, until finalize or a reboot."
        ),
        Meaning("finalized", "state of a run", "The way back was given up: the legacy programs are held no longer."),
        Meaning(
            "rolled-back", "state of a run",
            "Every hook holds again what it held before, proven attribute by attribute."),
        Meaning(
            "residual", "state of a run",
            "Packets take the legacy programs, but not every hook is as it was, or something of the run is left: see residue."
        ),
        Meaning(
            "mixed", "state of a run",
            "Some hooks run the replacement and some the legacy programs: stop the fleet and look."),
        Meaning("gone", "state of a run", "The node was rebooted, which took programs, filters and pins with it."),
        Meaning("idle", "state of the node", "No run is open."),
        Meaning(
            "unknown", "state of the node",
            "Something of a run is in place, and the journal that would say what could not be read."),
        Meaning("deadline", "reason", "The confirm window ended, and nobody had confirmed."),
        Meaning(
            "breaker", "reason",
            "A switch counted too many failures of the replacement, and the kernel gave the packets back at once."),
        Meaning(
            "health", "reason",
            "A health check failed before the flip, within the confirm window, or before confirm."),
        Meaning("failure", "reason", "A step of the run failed, and what was done was undone."),
        Meaning("operator", "reason", "Somebody asked for it: rollback, abort, or Ctrl-C."),
        Meaning("reboot", "reason", "The node was rebooted."),
        Meaning("cut", "purpose of a run", "It is to take over from the legacy programs."),
        Meaning(
            "shadow", "purpose of a run",
            "It compares in the slots where nothing can stand in front of them; it takes nothing over."),
        Meaning(
            "switch", "way to cut",
            "A switch in every slot, and one store into one cell that flips all hooks at once."),
        Meaning(
            "direct", "way to cut",
            "Each program is replaced in its place, one after the other: no confirm window, no share."),
        Meaning("as-before", "standing of a hook", "It is as it was before the run, attribute by attribute."),
        Meaning("ours", "standing of a hook", "It holds the program that the run put there."),
        Meaning(
            "others", "standing of a hook",
            "It holds something else, which the run did not put there, and which is left alone."),
        Meaning(
            "vanished", "standing of a hook",
            "Namespace, interface or link is gone, and nothing of the run with it."),
        Meaning("differs", "standing of a hook", "It holds neither what it did before nor what the run put there."),
        Meaning("unknown", "standing of a hook", "Nobody could look."),
        Meaning("committed", "standing of a watched hook", "It holds the program of a committed run."),
        Meaning(
            "drifted", "standing of a watched hook",
            "Its place holds something else than a committed run put there, or nothing."),
        Meaning(
            "new", "standing of a watched hook",
            "It holds a legacy program, at a place of no run: what comes in there goes by the map."),
        Meaning("vanished", "standing of a watched hook", "Its interface is gone, and that is no drift."),
        Meaning(
            "drift", "finding",
            "The node is no longer as the run left it: a hook holds another program, a pin is missing, routes or pods changed. status lists each."
        ),
        Meaning(
            "residue", "finding",
            "A rollback could not put everything back, or left something of its own behind; the document names each difference."
        ),
        Meaning(
            "leftovers", "finding",
            "Pins and programs of this tool that belong to no run that the database knows."),
        Meaning("remains", "finding", "What is left of a replaced deployment after finalize: facts, and no fault."),
    ]
}
