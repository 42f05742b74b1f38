import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// Shadows in the slots, as the other verbs that change the node meet them.
enum ShadowRuns {
    /// Takes those back that were cut off: nobody watches them, and every packet takes the legacy programs. The caller holds
    /// the lock.
    static func clear(
        _ context: CommandContext, store: Store, bpffs: BPFFileSystem, _ settled: Settled
    ) throws(MigrateError) {
        for run in try open(store) where RunningShadows.watchers(of: run).isEmpty {
            let outcome = try TakeBack(context: context, bpffs: bpffs, node: Host.nodeName()).restore(
                run, store, because: .failure)
            guard outcome.restoration.state == .rolledBack else {
                throw stays(run.id, outcome.restoration.proof.differences)
            }
            let others = outcome.restoration.proof.changedByOthers.map { "\n  " + $0 }.joined()
            settled.note("shadow \(run.id), which was cut off, was taken out of its slots")
            let doubt = RunningShadows.unseen.map { "\n  Whether somebody watched it cannot be told: \($0)" } ?? ""
            context.console.message(
                "Run \(run.id) was a shadow that was cut off: its slots hold what was there before, proven identical."
                    + doubt + others)
        }
    }

    /// Refuses while somebody watches one.
    static func refuse(_ store: Store, node: String) throws(MigrateError) {
        for run in try open(store) {
            let watchers = RunningShadows.watchers(of: run)
            guard !watchers.isEmpty else { continue }
            throw MigrateError(
                .shadowWatched, "cannot start a run",
                facts: ["run \(run.id) compares in the slots, watched by \(RunningShadows.words(watchers))"],
                remedy: "Wait for it, or end it:  migrate rollback --node \(node) \(run.id)")
        }
    }

    /// Of this boot, newest first.
    private static func open(_ store: Store) throws(MigrateError) -> [RunRecord] {
        try store.runs { $0.purpose == .shadow && $0.state.isOpen && $0.bootID == Host.bootID() }
    }

    static func stays(_ run: String, _ facts: [String]) -> MigrateError {
        MigrateError(
            .shadowStays, "cannot take the shadow of run \(run) out of the slots",
            changed: "every packet takes the legacy program meanwhile", facts: facts,
            remedy: "Mend what differs, then:  migrate rollback --node \(Host.nodeName()) \(run)")
    }
}
