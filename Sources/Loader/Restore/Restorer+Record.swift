import Kernel
import Model

extension Restorer {
    /// A run, and what keeps it from being settled whatever becomes of its hooks.
    struct Known {
        var run: PinnedRun
        var unexplained: [String] = []
        var hasRecord = true
    }

    /// What the run was, from its pins or from elsewhere.
    func readRecord() throws(MigrateError) -> Known {
        if let known { return Known(run: known) }
        do throws(KernelError) {
            return Known(run: try pins.read())
        } catch {
            if error.errno == .noSuchFileOrDirectory, let known = try withoutRecord() { return known }
            throw MigrateError(
                .noRun, "cannot read the pins of run \(pins.runID)", facts: [error.description],
                remedy: "See what is pinned:  ls -l \(RunPins.root(bpffs))")
        }
    }

    /// A run whose record is not pinned yet has loaded nothing; but somebody may have removed the record of one that
    /// replaced every program. That a pinned program is attached somewhere tells them apart no better than the pins
    /// do: the same program may be in many places. Only the kernel's list of programs does: while one of ours is loaded
    /// that no other run accounts for, it may be in a slot that belongs to what is pinned here.
    private func withoutRecord() throws(MigrateError) -> Known? {
        // Without even a directory nothing is known: the replacement may be in every slot.
        guard RunPins.runs(bpffs).contains(pins.runID) else { return nil }
        let (ours, hooks) = try acting("look for programs of ours") { () throws(KernelError) in
            (try waitForStrangers(), try attachedHooks())
        }
        var found: [PinnedHook] = []
        let names = DirectoryListing.names(in: pins.directory)
        // Nothing else of a run puts anything back.
        for name in names where name.hasPrefix("legacy_") {
            guard let program = try? BPFProgram(pin: pins.directory + "/" + name) else { return nil }
            let holders = hooks.filter { $0.program?.id == program.record.id }
            if holders.isEmpty && ours.isEmpty { return nil }
            found += holders.map { PinnedHook(before: $0, replacementID: 0) }.filter { !found.contains($0) }
        }
        var run = PinnedRun(runID: pins.runID, planID: "", nodeNetns: 0, hooks: found)
        // Its cell still hands all packets to the legacy programs, whatever is in which slot.
        if names.contains(PinName.control) { run.cut = .switch }
        return Known(run: run, unexplained: ours.map { line($0, in: hooks) }, hasRecord: false)
    }

    private func line(_ program: ProgramReference, in hooks: [Hook]) -> String {
        let places = hooks.filter { $0.program?.id == program.id }.map(\.title)
        let shown = places.prefix(4).joined(separator: ", ") + (places.count > 4 ? ", \(places.count - 4) more" : "")
        let holds = places.isEmpty ? "is loaded, in no hook that was found" : "is in \(shown)"
        return "our program \(program.id) (\(program.name)) \(holds), and the record that says what was there is gone"
    }

    /// Programs of ours that no other run accounts for, once those had time to go that somebody is only trying.
    private func waitForStrangers() throws(KernelError) -> [ProgramReference] {
        var found: [ProgramReference] = []
        _ = try Patience.wait(seconds: 2) { () throws(KernelError) in
            found = try strangers()
            return found.isEmpty
        }
        return found
    }

    private func strangers() throws(KernelError) -> [ProgramReference] {
        var accounted = accounted
        for other in RunPins.runs(bpffs) where other != pins.runID {
            guard let run = try? RunPins(bpffs: bpffs, runID: other).read() else { continue }
            accounted.formUnion(run.hooks.flatMap(\.ours))
        }
        var found: [ProgramReference] = []
        for id in try BPFProgram.ids() where !accounted.contains(id) {
            do throws(KernelError) {
                let reference = try BPFProgram(id: id).record.reference
                if ReplacementObject.isOurs(reference) { found.append(reference) }
            } catch {
                // Gone since it was listed.
                guard error.errno == .noSuchFileOrDirectory else { throw error }
            }
        }
        return found
    }

    /// Wherever one can look; a namespace that cannot be read hides nothing, for what is loaded is listed anyway.
    private func attachedHooks() throws(KernelError) -> [Hook] {
        var namespaces = try NamespaceDiscovery.observe().namespaces
        if let node, !namespaces.contains(where: { $0.identity == node.identity }) { namespaces.append(node) }
        return namespaces.flatMap { (try? HookReader.hooks(in: $0)) ?? [] }
    }
}
