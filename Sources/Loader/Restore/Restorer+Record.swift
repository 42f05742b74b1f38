import Kernel
import Model

extension Restorer {
    /// What the run was, from its pins or from elsewhere.
    func readRecord() throws(MigrateError) -> PinnedRun {
        if let known { return known }
        do throws(KernelError) {
            return try pins.read()
        } catch {
            if error.errno == .noSuchFileOrDirectory, let run = withoutRecord() { return run }
            throw MigrateError(
                .noRun, "cannot read the pins of run \(pins.runID)", facts: [error.description],
                remedy: "See what is pinned:  ls -l \(RunPins.root(bpffs))")
        }
    }

    /// A run whose record is not pinned yet has changed nothing, and one whose record is gone was restored before:
    /// the record is the last pin to come and the last to go. What else is pinned may go only if every program stays
    /// attached without it.
    private func withoutRecord() -> PinnedRun? {
        // Without even a directory nothing is known: the replacement may be in every slot.
        guard RunPins.runs(bpffs).contains(pins.runID),
            let namespaces = try? NamespaceDiscovery.observe().namespaces
        else { return nil }
        let attached = Set(namespaces.flatMap { (try? HookReader.hooks(in: $0)) ?? [] }.compactMap(\.program?.id))
        // A set of interfaces puts nothing back.
        for name in DirectoryListing.names(in: pins.directory) where !name.hasPrefix(EnrolledPin.prefix) {
            guard let program = try? BPFProgram(pin: pins.directory + "/" + name),
                attached.contains(program.record.reference.id)
            else { return nil }
        }
        return PinnedRun(runID: pins.runID, planID: "", nodeNetns: 0, hooks: [])
    }
}
