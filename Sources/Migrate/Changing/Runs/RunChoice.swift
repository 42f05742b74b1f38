import Inventory
import Kernel
import Loader
import Model
import Store

/// Which run a verb means: the one that was named, else the one that is open, else the last one that is not finalized.
struct RunChoice {
    let store: Store
    let bpffs: BPFFileSystem
    let node: String

    /// Refuses while there are pins of a run that the database does not know: another database, or none, was in use.
    func requireKnownPins(_ verb: String) throws(MigrateError) {
        let unknown = PinnedSight.unknown(bpffs, known: try store.runHeads().map(\.id))
        guard !unknown.isEmpty else { return }
        throw PinnedRuns(bpffs: bpffs, node: node, database: store.path).refusal("cannot \(verb)", unknown)
    }

    /// `nil` where nothing was named and there is none.
    func run(_ asked: String?, to verb: String) throws(MigrateError) -> RunRecord? {
        guard let asked else {
            let meant = Self.latest(try store.runHeads())
            return try store.runs { $0.id == meant?.id }.first
        }
        do throws(MigrateError) {
            return try store.run(idPrefix: asked)
        } catch {
            guard error.code == .unknownID else { throw error }
            throw MigrateError(
                .noRun, "cannot \(verb) \(asked)", facts: [error.what] + error.facts,
                remedy: "List the runs:  migrate history")
        }
    }

    /// Of runs newest first. Where the newest is final it is that one, so that a rollback is refused by name and does not
    /// speak of a run that was over before; nor `resume` after a reboot, which took a finalized run as well.
    private static func latest(_ runs: [RunHead]) -> RunHead? {
        let here = runs.filter { $0.bootID == Host.bootID() }
        let held = here.first { $0.state == .committed }
        let final = (here.first ?? runs.first).flatMap { $0.state == .finalized ? $0 : nil }
        return runs.first(where: \.state.isOpen) ?? held ?? final ?? runs.first { $0.state != .finalized }
    }

    /// As ``run(_:to:)``, for verbs that cannot do without.
    func requireRun(_ asked: String?, to verb: String) throws(MigrateError) -> RunRecord {
        if let run = try run(asked, to: verb) { return run }
        throw MigrateError(
            .noRun, "cannot find a run to \(verb)", facts: ["\(store.path) knows none and there are no pins"],
            remedy: "See what is attached:  migrate status")
    }
}
