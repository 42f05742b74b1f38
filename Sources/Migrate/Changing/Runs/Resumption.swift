import Audit
import FoundationEssentials
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// Goes on with a run that a command, or the whole machine, left behind. What it does follows from the kernel.
struct Resumption {
    let context: CommandContext
    let store: Store
    let bpffs: BPFFileSystem
    let runID: String
    let detach: Bool

    private var takeBack: TakeBack { TakeBack(context: context, bpffs: bpffs, node: Host.nodeName()) }

    /// Takes the lock while it changes something, and waits without it.
    func run() throws(MigrateError) -> ExitStatus {
        let settled: ExitStatus?
        do throws(MigrateError) {
            settled = try NodeLock.holding(bpffs) { () throws(MigrateError) in try settle(try look()) }
        } catch {
            // Whoever holds it may be deciding about this very run, and the wait ends as that does.
            guard error.code == .locked, !detach else { throw error }
            settled = nil
        }
        if let settled { return settled }
        if detach {
            try write(try look().document(changed: false))
            return .done
        }
        return try ConfirmWait(context: context, store: store, bpffs: bpffs, runID: runID, changed: false).run()
    }

    private func look() throws(MigrateError) -> RunAtHand { try RunAtHand(id: runID, store, bpffs) }

    private func write(_ document: RunDocument) throws(MigrateError) {
        try context.write(document) { RunText.render($0) }
    }

    /// `nil`: it waits for its confirmation.
    private func settle(_ run: RunAtHand) throws(MigrateError) -> ExitStatus? {
        switch run.duty {
        case .wait: return nil
        case .nothing where isOver(run) && RunPins.runs(bpffs).contains(runID):
            // The pins know better than a database from a backup.
            return try takeBack(run, because: run.record.reason ?? .operator)
        case .nothing:
            try write(run.document(changed: false, proof: try proof(run)))
            return .done
        case .recordCommit:
            try store.update(run: runID, state: .committed, endedAt: Date())
            context.console.message("The kernel says that run \(runID) is committed; the journal now says so, too.")
            try write(try look().document(changed: false))
            return .done
        case .takeBack where run.record.purpose == .shadow && !RunningShadows.watchers(of: run.record).isEmpty:
            context.console.message("Run \(runID) is a shadow, and somebody watches it: nothing is to be done.")
            try write(run.document(changed: false))
            return .done
        case .takeBack(let reason): return try takeBack(run, because: reason)
        case .finalize: return try FinalizeRun(context: context, store: store, bpffs: bpffs).finish(run)
        case .close: return try close(run)
        case .unknown(let why):
            throw MigrateError(
                .kernelRead, "cannot tell what run \(runID) does", facts: ["its cell cannot be read: \(why)"],
                remedy: "Take it back:  migrate rollback --node \(Host.nodeName()) \(runID)")
        }
    }

    private func isOver(_ run: RunAtHand) -> Bool { run.record.state == .rolledBack }

    private func takeBack(_ run: RunAtHand, because reason: RunReason) throws(MigrateError) -> ExitStatus {
        let outcome = try takeBack.restore(run.record, store, because: reason)
        try takeBack.say(outcome)
        let status = outcome.exit(wasAsked: false)
        RunEnding.explain(outcome.document, status)
        return status
    }

    /// What was proven; a kill may have come between the last hook and the writing down of that.
    private func proof(_ run: RunAtHand) throws(MigrateError) -> Proof? {
        if let known = try store.proof(run: runID) { return known }
        guard run.record.state == .rolledBack else { return nil }
        let proof = Proof(try RunInspector(run.record).hooksNow())
        try store.set(proof: proof, run: runID)
        return proof
    }

    private func close(_ run: RunAtHand) throws(MigrateError) -> ExitStatus {
        try store.update(run: runID, state: .gone, reason: .reboot, endedAt: Date())
        context.console.message(
            """
            Run \(runID) was of boot \(run.record.bootID), and this is \(Host.bootID()): its programs, filters and pins went with the reboot.
            What the hooks hold now is what the deployment attached since; the run is closed.
            """)
        try write(try look().document(changed: false))
        return .done
    }
}
