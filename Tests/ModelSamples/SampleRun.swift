import FoundationEssentials
import Model

extension Sample {
    public static func run(
        id: String = "r-77aa88bb99cc", planID: String, state: RunState = .installing, startedAt: Date = time
    ) -> RunRecord {
        RunRecord(
            id: id, planID: planID, bootID: node.bootID, node: node.name, nodeNetns: 1,
            pinDirectory: "/sys/fs/bpf/migrate/\(id)",
            state: state, startedAt: startedAt,
            hooks: [
                .init(index: 0, before: hook(), replacement: nil),
                .init(index: 1, before: hook("hz2", ifindex: 8, isBare: true), replacement: ours),
            ])
    }

    /// A switch in every slot, and what its cell says.
    public static func switched(
        _ state: RunState = .provisional, _ cell: CellState = .open, share: UInt32 = CellWord.wholeShare,
        left milliseconds: Int? = 598_400
    ) -> (run: RunRecord, outlook: RunOutlook) {
        var run = run(planID: "p-0123456789abcdef", state: state)
        (run.cut, run.confirmWithin) = (.switch, 600)
        for index in run.hooks.indices { (run.hooks[index].replacement, run.hooks[index].plain) = (ours, plain) }
        let sight = CellSight(
            word: CellWord(state: cell, share: share), remainingMilliseconds: cell == .open ? milliseconds : nil)
        let outlook = RunOutlook(
            run, cell: .seen(sight), bootID: node.bootID, node: node.name, now: time, again: "migrate plan")
        return (run, outlook)
    }

    /// What `rollback` says of a run that failed at its second hook.
    public static func rolledBack(planID: String) -> RunDocument {
        RunDocument(
            runID: "r-77aa88bb99cc", planID: planID, changed: true, state: .rolledBack, reason: .failure, share: 0,
            hooks: [hook(), hook("hz2", ifindex: 8)].map {
                .init($0, after: $0.program, guarantee: "one netlink message, no packet without a program")
            },
            proof: Proof(vanished: [], differences: [], changedByOthers: ["veth9a1c: filter added by another program"]),
            timings: ["pin": 850, "replace": 12_400, "rollback": 3_215_000],
            warnings: ["the interface hz2 went away and came back"])
    }

    public static func journal() -> [JournalEntry] {
        [
            JournalEntry(
                sequence: 1, phase: "pin", intent: "pin 2 legacy programs", evidence: "ids 168, 168", startedAt: time,
                endedAt: time + 0.001),
            JournalEntry(
                sequence: 2, phase: "replace", intent: "replace 2 programs in place", evidence: "hz2: no such device",
                startedAt: time + 0.001, endedAt: time + 0.013),
            JournalEntry(
                sequence: 3, phase: "rollback", intent: "put 1 program back", evidence: "identical",
                startedAt: time + 0.013, endedAt: time + 3.228),
            JournalEntry(sequence: 4, phase: "unpin", intent: "remove the pins", startedAt: time + 3.228),
        ]
    }

    public static func status() -> StatusDocument {
        StatusDocument(
            state: "committed", runID: "r-77aa88bb99cc", planID: "p-0123456789abcdef",
            drift: ["hz2 clsact/ingress: program 240 app_redirect, ours was 203"], leftovers: [],
            counters: ["redirected": 128_400, "fib-miss": 3])
    }
}
