/// Of steps and checks of a run.
extension Glossary {
    static let steps: [Meaning] = [
        Meaning("pin", "step of a run", "Programs and maps are pinned, so that they outlive the command."),
        Meaning("enroll", "step of a run", "The set of interfaces is filled."),
        Meaning("load", "step of a run", "The replacement is loaded, and the verifier takes it."),
        Meaning(
            "warm", "step of a run",
            "The kernel is asked to resolve the neighbors that the first packets will need."),
        Meaning("replace", "step of a run", "The programs are put into their slots."),
        Meaning("verify", "step of a run", "What is in the slots is read back."),
        Meaning("flip", "step of a run", "One store, and packets take the replacement."),
        Meaning("commit", "step of a run", "The run is kept."),
        Meaning("extend", "step of a run", "The deadline is moved."),
        Meaning("share", "step of a run", "Another share of the flows takes the replacement."),
        Meaning("finalize", "step of a run", "The legacy programs are let go."),
        Meaning("flip-back", "step of a run", "One store, and packets take the legacy programs again."),
        Meaning("restore", "step of a run", "Every slot gets back what it held."),
        Meaning("prove", "step of a run", "What the slots hold is compared with what they held."),
        Meaning("unpin", "step of a run", "The pins of the run are removed."),
        Meaning(
            "neighbors", "subject of a health check",
            "Whether the planned destinations still answer for their addresses."),
        Meaning(
            "devices", "subject of a health check",
            "Whether the interfaces in front of them are up and count no new errors."),
        Meaning("command", "subject of a health check", "The operator's own check: its exit status decides."),
        Meaning("before-flip", "moment of a health check", "Before the first packet takes the replacement."),
        Meaning("window", "moment of a health check", "While the run is provisional."),
        Meaning("before-confirm", "moment of a health check", "Once more, just before the run is kept."),
    ]
}
