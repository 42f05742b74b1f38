import Kernel
import Model

extension Installer {
    /// Puts everything back that may have been touched.
    func undo(because cause: MigrateError, _ progress: Progress) -> InstallResult {
        let reason: RunReason =
            switch cause.code {
            case .interrupted: .operator
            case .unhealthy: .health
            default: .failure
            }
        // Before all was pinned nothing was loaded, let alone replaced: only pins of ours can be there.
        guard let run = progress.run else {
            try? progress.held?.removePins()
            try? journal.set(state: .rolledBack, reason: reason)
            return .undone(cause: cause, reason: reason, restoration: nil)
        }
        do throws(MigrateError) {
            var restoration = try Restorer(bpffs: request.bpffs, run: run, node: request.node, held: progress.held)
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
                    remedy: "Undo it:  migrate rollback --node \(Host.nodeName()) \(request.runID)"),
                reason: reason, restoration: nil)
        }
    }
}
