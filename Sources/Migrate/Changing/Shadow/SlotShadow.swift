import FoundationEssentials
import Glibc
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// Shadows in the slots: a run in state shadow, whose packets all take the legacy programs, and which is taken back as any
/// other is.
struct SlotShadow {
    let context: CommandContext
    let store: Store
    let bpffs: BPFFileSystem
    let runID: String

    private static let patience: Duration = .seconds(30)

    /// Blockers that speak against taking over, and say nothing of an exchange of programs.
    private static let harmless: Set<String> = Set(
        [
            Code.brokenEntries, .unknownEntries, .packetDependent, .neighborDiffers, .doorsDisagree, .forwardingOff,
            .neighborTable,
        ].map(\.text))

    /// Records the run and puts the shadows into the slots. The caller holds the lock.
    static func begin(
        _ outcome: PlanOutcome, _ groups: [ShadowGroup], _ context: CommandContext, _ store: Store,
        _ bpffs: BPFFileSystem
    ) throws(MigrateError) -> (Shadows, SlotShadow) {
        let plan = outcome.document
        try requireFit(plan)
        let runID = Identifier.random(prefix: "r-")
        try store.create(
            run: RunRecord(
                id: runID, planID: plan.planID, bootID: plan.node.bootID, node: plan.node.name,
                nodeNetns: plan.node.netns.cookie, pinDirectory: RunPins(bpffs: bpffs, runID: runID).directory,
                state: .shadow, cut: .switch, purpose: .shadow, startedAt: Date(),
                hooks: outcome.hooks.enumerated().map { .init(index: $0, before: $1, replacement: nil) }))
        var request = InstallRequest(
            bpffs: bpffs, node: outcome.node, runID: runID, planID: plan.planID,
            configurations: InstallRequest.configurations(plan.decision, hooks: outcome.hooks),
            hooks: outcome.hooks, members: outcome.enrolled, warm: [],
            recheck: { () throws(MigrateError) in [] }, interrupted: HeldSignals.waiting)
        request.cut = .switch
        let journal = StoreJournal(store: store, runID: runID, command: ThisCommand.record)
        switch Installer(request, journal: journal).installShadows(groups) {
        case .standing(let shadows):
            return (shadows, SlotShadow(context: context, store: store, bpffs: bpffs, runID: runID))
        case .undone(let cause, let restoration):
            if let proof = restoration?.proof { try? store.set(proof: proof, run: runID) }
            throw undone(cause, restoration, runID)
        }
    }

    private static func requireFit(_ plan: PlanDocument) throws(MigrateError) {
        let against = plan.blockers.filter { !harmless.contains($0.code) }.map { "\($0.message) [\($0.code)]" }
        guard plan.decision.cut == .switch, against.isEmpty else {
            let direct = plan.decision.cut == .switch ? [] : ["the plan replaces each hook directly (--cut direct)"]
            throw MigrateError(
                .shadowNotForSlots, "cannot compare in the slots", facts: direct + against,
                remedy: "Compare on made packets:  migrate plan --equivalence")
        }
    }

    private static func undone(
        _ cause: MigrateError, _ restoration: Restoration?, _ runID: String
    ) -> MigrateError {
        guard restoration.map({ $0.state == .rolledBack }) ?? (cause.code != .mixed) else {
            return restoration.map { ShadowRuns.stays(runID, $0.proof.differences) } ?? cause
        }
        var error = cause
        error.changed =
            restoration?.changed == true ? "everything was put back, proven identical" : "nothing was changed"
        if error.code == .interrupted { error.remedy = nil }
        return error
    }

    // MARK: The end

    /// What became of the slots.
    struct Ending {
        var state: RunState
        var proof: Proof?
    }

    /// Gives the slots back, unless somebody has done so meanwhile. What others took since is theirs.
    ///
    /// - Throws: `locked` where another command holds the lock for long; the next one that changes the node clears the run.
    func end() throws(MigrateError) -> Ending {
        let start = ContinuousClock.now
        while true {
            do throws(MigrateError) {
                return try NodeLock.holding(bpffs) { () throws(MigrateError) in try takeBack() }
            } catch {
                guard error.code == .locked, ContinuousClock.now - start < Self.patience else { throw error }
                usleep(100_000)
            }
        }
    }

    private func takeBack() throws(MigrateError) -> Ending {
        let takeBack = TakeBack(context: context, bpffs: bpffs, node: Host.nodeName(), acceptDrift: true)
        // Without the database the pins do.
        guard let record = try? store.run(idPrefix: runID) else {
            let outcome = try takeBack.restoreFromPins(runID)
            return Ending(state: outcome.restoration.state, proof: outcome.document.proof)
        }
        guard record.state.isOpen else {
            return Ending(state: record.state, proof: (try? store.proof(run: runID)) ?? nil)
        }
        let outcome = try takeBack.restore(record, store, because: .operator)
        return Ending(state: outcome.restoration.state, proof: outcome.document.proof)
    }
}
