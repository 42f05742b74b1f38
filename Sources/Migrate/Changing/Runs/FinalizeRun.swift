import Audit
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// Makes a committed run final, or ends what another finalize began. The caller holds the lock.
struct FinalizeRun {
    let context: CommandContext
    let store: Store
    let bpffs: BPFFileSystem

    /// - Parameter pins: the deployment's, if they are to go as well.
    func finish(_ run: RunAtHand, unpinning pins: LegacyPins? = nil) throws(MigrateError) -> ExitStatus {
        let id = run.record.id
        var node: NetworkNamespace?
        if let path = context.settings.netns { node = try? NetworkNamespace(path: path) }
        var known = PinnedRun(
            runID: id, planID: run.record.planID, nodeNetns: run.record.nodeNetns, cut: run.record.cut,
            hooks: run.record.hooks.map {
                PinnedHook(before: $0.before, replacementID: $0.replacement?.id ?? 0, plainID: $0.plain?.id ?? 0)
            })
        known.isFinalizing = run.outlook.isFinalizing
        let outcome = try Finalizer(bpffs: bpffs, runID: id, node: node, known: known)
            .finalize(journal: StoreJournal(store: store, runID: id, command: ThisCommand.atOnce))
        var record = (try? store.run(idPrefix: id)) ?? run.record
        // The legacy programs are gone, whether or not the journal could be told.
        record.state = .finalized
        var document = RunDocument(record, changed: outcome.changed)
        document.timings = outcome.timings
        document.show(outcome.hooks.map(\.reading), of: outcome.hooks.map(\.before))
        document.warnings += outcome.lostJournal.map { "not in the journal: \($0)" }
        return try say(document, run.plan, pins) { outcome.leftovers().map { "left over: \($0)" } }
    }

    /// Of a run that is final already.
    func again(_ run: RunAtHand, unpinning pins: LegacyPins?) throws(MigrateError) -> ExitStatus {
        try say(run.document(changed: false), run.plan, pins)
    }

    private func say(
        _ document: RunDocument, _ plan: PlanDocument?, _ pins: LegacyPins?, leftovers: () -> [String] = { [] }
    ) throws(MigrateError) -> ExitStatus {
        var document = document
        document.share = 100
        // By hand there is nothing to put back any more.
        document.breakGlass = []
        document.next = NextStep(what: "see that it holds", command: "migrate status")
        var failure: MigrateError?
        do throws(MigrateError) {
            let gone = try pins?.unpin() ?? []
            document.warnings += gone.map { "unpinned \($0)" }
            document.changed = document.changed || !gone.isEmpty
        } catch { failure = error }
        document.warnings += remaining(plan).map { "still there: \($0)" }
        // Last: the kernel frees meanwhile.
        document.warnings += leftovers()
        try context.write(document) { RunText.render($0) }
        if let failure { throw failure }
        return .done
    }

    /// What of the deployment is still pinned.
    private func remaining(_ plan: PlanDocument?) -> [String] {
        plan.map { LegacyPins($0.decision.profile, in: bpffs).paths() } ?? []
    }
}
