/// Runs: 12xx.
extension Code {
    public static let anotherRun = Code(
        1201, .anotherRun, "another run is open", "One run at a time. Roll it back or finish it first.")
    public static let unknownRun = Code(
        1202, .anotherRun, "there are pins of a run the database does not know",
        "Another database, or none, was in use. Name the one that knows it with --db; where it is lost, `migrate rollback --from-pins` undoes the run."
    )
    public static let noRun = Code(1203, .refused, "there is no such run", "Nothing is there to act on.")
    public static let locked = Code(
        1204, .locked, "another command is changing this node", "Try again when it has ended.")
    public static let rolledBack = Code(
        1205, .rolledBack, "rolled back", "The run was taken back before it was confirmed; every hook is as it was.")
    public static let residue = Code(
        1206, .residue, "rolled back with a residue",
        "Every hook was put back as far as possible; what differs is listed.")
    public static let mixed = Code(
        1207, .mixed, "mixed state",
        "Some hooks hold neither what was there nor what was planned. Stop the fleet and look.")
    public static let confirmWindow = Code(
        1208, .usage, "this plan has no confirm window",
        "Its hooks are replaced directly, one after the other, and nothing could take them back by itself: it commits at once. Say so with --confirm-within none."
    )
    public static let interrupted = Code(
        1209, .rolledBack, "interrupted", "A signal arrived before the last hook was replaced; everything was undone.")
    public static let goneWithBoot = Code(
        1210, .drift, "the run went with a reboot",
        "The kernel's state does not survive a boot; nothing is left to undo.")
    public static let notConfirmed = Code(
        1211, .notConfirmed, "not confirmed in time",
        "The deadline passed without a confirmation: the kernel has sent the packets back to the legacy programs, and every hook is as it was."
    )
    public static let partialShare = Code(
        1212, .blocked, "a share of the flows is still on the legacy programs",
        "Only a run that all flows have been on is confirmed.")
    public static let hooksNotOurs = Code(
        1213, .stale, "a hook of the run is not ours any more",
        "Somebody else replaced or removed our program while the run waited: it stays provisional, with its deadline. Take it back, or confirm it with --force-drift, which leaves those hooks to them."
    )
    public static let writerInstalled = Code(
        1214, .blocked, "a writer of the legacy maps is installed",
        "The programs that write the maps load against their pins: unpinned maps would leave the next pod without a network. Remove them first."
    )
    public static let notOpen = Code(
        1215, .blocked, "the run is not open",
        "Only a run whose confirm window is open can be confirmed or given more time.")
    public static let alreadyFinalized = Code(
        1216, .blocked, "the run is finalized",
        "finalize let the legacy programs go: it was the point of no return. The deployment's agent can attach its own again."
    )
    public static let leftProvisional = Code(
        1217, .done, "the run goes on without this command",
        "A signal ended the command that waited. The kernel takes a provisional run back at its deadline, with or without a process; any other waits for `migrate resume`."
    )
    public static let hookChanged = Code(
        1218, .drift, "a hook changed while the run waited",
        "Somebody else replaced our program or removed its place: packets there take neither the one nor the other way of the run."
    )
    public static let afterDecision = Code(
        1219, .done, "the kernel has decided, the journal does not know",
        "The run's cell says what packets take. The journal could not be written; `migrate resume` brings it in step.")
    public static let windowlessCanary = Code(
        1221, .usage, "a canary needs a confirm window",
        "A share of the flows is tried until somebody confirms all of them; a run that commits at once has no such time."
    )
    public static let shareShrinks = Code(
        1222, .done, "flows go back to the legacy programs",
        "The share on the replacement became smaller: connections in between change sides. While it only grows none does."
    )
    public static let unhealthy = Code(
        1223, .rolledBack, "a health check failed",
        "The run was taken back because of it; every hook is as it was. What was checked, from where, and what came of it is in the run's report."
    )
    public static let breakerTripped = Code(
        1224, .rolledBack, "the breaker took the run back",
        "Too many packets for planned destinations were not redirected: the kernel itself has sent them all back to the legacy programs, and every hook is as it was."
    )
    public static let hookUnreached = Code(
        1260, .residue, "a hook could not be reached",
        "Its network namespace was not found, and our program is still loaded: it may be attached there. The pins stay."
    )
    public static let journalUnread = Code(
        1261, .drift, "the journal could not be read",
        "What status says comes from the pins and the hooks alone; what was settled is not known.")
    public static let notCommitted = Code(
        1262, .blocked, "the run is not committed",
        "Only a committed run can be made final: confirm it first, or, where the kernel has taken it back, apply again."
    )
    public static let hooksTaken = Code(
        1263, .drift, "a hook does not hold what the run put there",
        "Somebody else replaced, removed or hid it. What is said to be changed is; the run stays as it was, with its pins."
    )

    static let runs: [Code] = [
        anotherRun, unknownRun, noRun, locked, rolledBack, residue, mixed, confirmWindow, interrupted,
        goneWithBoot, notConfirmed, partialShare, hooksNotOurs, writerInstalled, notOpen, alreadyFinalized,
        leftProvisional, hookChanged, afterDecision, windowlessCanary, shareShrinks, unhealthy, breakerTripped,
        hookUnreached, journalUnread, notCommitted, hooksTaken,
    ]
}
