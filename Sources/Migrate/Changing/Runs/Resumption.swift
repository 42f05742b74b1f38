import Audit
import FoundationEssentials
import Glibc
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
        let settled = try whenFree { () throws(MigrateError) in try settle(try look()) }
        if let settled { return settled }
        if detach {
            try write(try look().document(changed: false))
            return .done
        }
        return try ConfirmWait(context: context, store: store, bpffs: bpffs, runID: runID, changed: false).run()
    }

    /// Whoever holds the lock is deciding about this very run: that is worth a moment's wait.
    private func whenFree(_ body: () throws(MigrateError) -> ExitStatus?) throws(MigrateError) -> ExitStatus? {
        for attempt in 0..<100 {
            do throws(MigrateError) {
                let status = try NodeLock.holding(bpffs, body)
                // What was decided meanwhile is the outcome that was waited for.
                let record = try look().record
                guard attempt > 0, status == .done, record.state == .rolledBack else { return status }
                return record.reason == .deadline ? .notConfirmed : .rolledBack
            } catch {
                guard error.code == .locked else { throw error }
                usleep(100_000)
            }
        }
        return try NodeLock.holding(bpffs, body)
    }

    private func look() throws(MigrateError) -> RunAtHand { try RunAtHand(id: runID, store) }

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
