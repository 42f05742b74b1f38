import FoundationEssentials
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// Converts one hook, as a run of its own of the committed run's plan: flipped with all flows, provisional, with the breaker armed.
struct Healing {
    let context: CommandContext
    let store: Store
    let bpffs: BPFFileSystem
    let basis: HealBasis
    let namespaces: WatchedNamespaces
    /// Heals that wait to be confirmed: further ones may begin meanwhile.
    let pending: Set<String>

    /// Seconds until the kernel takes back a heal that nobody confirmed.
    static let window = 60

    enum Outcome {
        /// Provisional by now.
        case flipped(runID: String, microseconds: [String: Int])
        /// Another command is at work, or has a run open: nothing was tried.
        case busy(String)
        /// The committed run holds no longer.
        case over(String)
        case failed(MigrateError)
    }

    /// - Parameter hook: with a legacy program, as it was just read.
    func heal(_ hook: Hook) -> Outcome {
        do throws(MigrateError) {
            return try NodeLock.holding(bpffs) { () throws(MigrateError) in
                if let refusal = try standing() { return refusal }
                return try install(hook)
            }
        } catch {
            return error.code == .locked ? .busy("another migrate command is changing this node") : .failed(error)
        }
    }

    /// Under the lock: whether what this rests on still holds. The cell is asked, for a rollback turns that first.
    private func standing() throws(MigrateError) -> Outcome? {
        let run = basis.base.run
        let now = try store.runHeads()
        guard now.first(where: { $0.id == run.id })?.state == .committed, isCommitted(RunSight(run).cell, run) else {
            return .over("run \(run.id) is committed no longer")
        }
        let open = now.first { $0.state.isOpen && $0.bootID == Host.bootID() && !pending.contains($0.id) }
        return open.map { .busy("run \($0.id) is open") }
    }

    private func isCommitted(_ cell: CellReading, _ run: RunRecord) -> Bool {
        run.cut == .direct || cell.sight?.effectiveState == .committed
    }

    private func install(_ hook: Hook) throws(MigrateError) -> Outcome {
        let base = basis.base, netns = hook.netns.cookie
        guard let node = namespaces[base.run.nodeNetns] else {
            throw MigrateError(
                .hookVanished, "cannot heal \(hook.title)", facts: ["the node's network namespace was not found"])
        }
        let runID = Identifier.random(prefix: "r-")
        let record = RunRecord(
            id: runID, planID: base.plan.planID, bootID: Host.bootID(), node: base.run.node,
            nodeNetns: base.run.nodeNetns, pinDirectory: RunPins(bpffs: bpffs, runID: runID).directory,
            state: .installing, cut: .switch, confirmWithin: Self.window, startedAt: Date(),
            hooks: [.init(index: 0, before: hook, replacement: nil)])
        try store.create(run: record)
        var request = InstallRequest(
            bpffs: bpffs, node: node, runID: runID, planID: base.plan.planID,
            configurations: [netns: basis.configuration(netns)], hooks: [hook], members: try members(netns), warm: [],
            recheck: { () throws(MigrateError) in [] }, interrupted: HeldSignals.waiting)
        request.cut = .switch
        request.window = Self.window
        request.planned = basis.planned
        request.prepared = basis.takeSwitch(netns)
        let journal = StoreJournal(store: store, runID: runID, command: ThisCommand.record)
        switch Installer(request, journal: journal).install() {
        case .provisional(let run): return .flipped(runID: runID, microseconds: run.timings)
        case .committed: return .flipped(runID: runID, microseconds: [:])
        case .undone(let cause, _, let restoration):
            if let proof = restoration?.proof { try? store.set(proof: proof, run: runID) }
            throw cause
        }
    }

    /// As the committed run's set is now.
    private func members(_ netns: UInt64) throws(MigrateError) -> [EnrolledSet.Interface] {
        guard basis.base.plan.decision.membership == .enrolled, let namespace = namespaces[netns] else { return [] }
        return try EnrolledState.interfaces(of: basis.base.run, in: namespace)
    }
}
