import FoundationEssentials
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// What excludes a second run: not the lock, but the run that is open.
enum OpenRuns {
    /// Refuses while another run is open, or has pins that the database does not know. A run that only waits for somebody to
    /// give its slots back is settled on the way. The caller holds the lock.
    static func refuse(
        _ context: CommandContext, store: Store, bpffs: BPFFileSystem, node: String, _ settled: Settled
    ) throws(MigrateError) {
        try ShadowRuns.clear(context, store: store, bpffs: bpffs, settled)
        try ShadowRuns.refuse(store, node: node)
        for run in try store.openRuns() {
            if try settle(RunAtHand(run, store, bpffs), context, store, bpffs, settled) { continue }
            throw MigrateError(
                .anotherRun, "cannot start a run",
                facts: ["run \(run.id) is open, state \(RunAtHand(run, store, bpffs).outlook.state.rawValue)"],
                remedy: "Take it back first:  migrate rollback --node \(node) \(run.id)")
        }
        try RunChoice(store: store, bpffs: bpffs, node: node).requireKnownPins("start a run")
    }

    /// The open run of this very plan, which is gone on with.
    static func toResume(_ plan: PlanDocument, store: Store) throws(MigrateError) -> RunRecord? {
        // A heal is of the plan, too, and of one hook of it.
        let heals = try store.heals()
        return try store.runs {
            $0.planID == plan.planID && $0.purpose == .cut && $0.state.isOpen && $0.bootID == Host.bootID()
                && !heals.contains($0.id)
        }.first
    }

    /// Refuses where a run of this plan, begun by the same Job, has ended without being committed: what took it back was meant, and
    /// the pod that Kubernetes made in the place of the first must not undo that.
    static func refuseAgain(_ plan: PlanDocument, store: Store, node: String) throws(MigrateError) {
        guard let job = ThisCommand.record.actor.pod?.job else { return }
        let ended = try store.runs {
            $0.planID == plan.planID && $0.purpose == .cut && !$0.state.isOpen && $0.bootID == Host.bootID()
        }
        for run in ended {
            guard try store.commands(run: run.id).contains(where: { $0.actor.pod?.job == job }) else { continue }
            let why = run.reason.map { ", reason \($0.rawValue)" } ?? ""
            throw MigrateError(
                .jobEnded, "cannot begin a second run for Job \(job)",
                facts: ["run \(run.id) of this Job ended as \(run.state.rawValue)\(why)"],
                remedy: "Look at it, then make a new Job:  migrate report \(run.id)")
        }
    }

    /// Whether it is open no more.
    private static func settle(
        _ run: RunAtHand, _ context: CommandContext, _ store: Store, _ bpffs: BPFFileSystem, _ settled: Settled
    ) throws(MigrateError) -> Bool {
        let id = run.record.id
        switch run.duty {
        case .close:
            // A reboot took everything the run did; it closes here.
            try store.update(run: id, state: .gone, reason: .reboot, endedAt: nil)
            return true
        case .recordCommit:
            try store.update(run: id, state: .committed, endedAt: Date())
            return true
        case .takeBack(let reason) where run.outlook.state == .expired:
            let takeBack = TakeBack(context: context, bpffs: bpffs, node: Host.nodeName())
            let outcome = try takeBack.restore(run.record, store, because: reason)
            guard outcome.restoration.state == .rolledBack else { return false }
            settled.note("run \(id), which was over, was taken out of its slots")
            context.console.message(
                "Run \(id) \(reason == .breaker ? "was taken back by its breaker" : "was not confirmed in time"): its slots hold what was there before, proven identical."
            )
            return true
        case .nothing: return true
        case .takeBack, .wait, .finalize, .unknown: return false
        }
    }

    /// Refuses where the program of a committed run is in a place that the plan would replace: nobody else changed the
    /// node, and to plan again would say no more.
    static func refuse(_ plan: PlanDocument, store: Store, node: String) throws(MigrateError) {
        let runs = try store.runs { $0.state == .committed && $0.bootID == Host.bootID() }
        for run in runs {
            let inspector = try RunInspector(run)
            let held = run.hooks.filter { hook in
                plan.decision.hooks.contains { $0.isSamePlace(as: hook.before) }
                    && (try? inspector.current(hook.before, replacement: hook.replacement?.id))?.program?.id
                        == hook.replacement?.id
            }
            guard let first = held.first else { continue }
            let more = held.count == 1 ? "" : ", and so at \(held.count - 1) more"
            throw MigrateError(
                .anotherRun, "cannot start a run",
                facts: [
                    "run \(run.id) is committed: its program \(first.replacement?.id ?? 0) is at "
                        + first.before.title(onNode: run.nodeNetns) + more
                ],
                remedy: "Take it back first:  migrate rollback --node \(node) \(run.id)")
        }
    }

    /// The run that has applied this very plan and still holds, if there is one: nothing is left to do.
    static func alreadyApplied(_ plan: PlanDocument, store: Store) throws(MigrateError) -> RunDocument? {
        let heals = try store.heals()
        let holding = try store.runs { $0.state == .committed && $0.bootID == Host.bootID() }
        let committed = holding.first { $0.planID == plan.planID && !heals.contains($0.id) }
        guard let committed,
            try RunInspector(committed, beside: holding.filter { heals.contains($0.id) }).drift().isEmpty
        else { return nil }
        var document = RunDocument(committed, changed: false)
        document.next = NextStep(
            what: "take it back", command: "migrate rollback --node \(plan.node.name) \(committed.id)")
        return document
    }
}

extension Decision.Precondition {
    /// Whether it is the place of that hook, whatever is in it.
    fileprivate func isSamePlace(as hook: Hook) -> Bool {
        netns == hook.netns.cookie && ifindex == hook.ifindex && kind == hook.kind && direction == hook.direction
            && chain == hook.chain && priority == hook.priority && handle == hook.handle
            && etherType == hook.etherType && linkID == hook.attachment?.linkID
    }
}
