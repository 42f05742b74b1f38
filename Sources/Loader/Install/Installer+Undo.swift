import Kernel
import Model

extension Installer {
    /// Puts everything back that may have been touched.
    func undo(because cause: MigrateError, _ progress: Progress) -> InstallResult {
        let reason: RunReason = cause.code == .interrupted ? .operator : .failure
        // Without a record nothing was replaced: only pins can be there.
        guard RunPins.runs(request.bpffs).contains(request.runID), (try? pins.read()) != nil else {
            try? pins.remove()
            try? journal.set(state: .rolledBack, reason: reason)
            return .undone(cause: cause, reason: reason, restoration: nil)
        }
        do throws(MigrateError) {
            var restoration = try Restorer(bpffs: request.bpffs, runID: request.runID, node: request.node)
                .restore(journal: journal, reason: reason, touched: progress.touched)
            restoration.changed = restoration.changed || progress.isChanged
            if cause.code == .mixed {
                // Our hooks are back; somebody else's program is not.
                restoration.proof.add(differences: cause.facts)
                restoration.state = .mixed
                try? journal.set(state: .mixed, reason: reason)
            }
            return .undone(cause: cause, reason: reason, restoration: restoration)
        } catch {
            try? journal.set(state: .mixed, reason: reason)
            return .undone(
                cause: MigrateError(
                    .mixed, cause.what, changed: "undoing failed too", facts: cause.facts + [error.what] + error.facts,
                    remedy: "Undo it from the pins:  migrate rollback --node \(Host.nodeName()) --from-pins"),
                reason: reason, restoration: nil)
        }
    }
}
