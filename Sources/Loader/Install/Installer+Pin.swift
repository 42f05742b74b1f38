import Kernel
import Model

extension Installer {
    /// Pins every legacy program, then the record of the run, and keeps hold of both.
    func pin(_ progress: inout Progress) throws(MigrateError) {
        try checkInterruption()
        try record(.pin, "pin \(request.hooks.count.of("program")) under \(pins.directory)") {
            () throws(MigrateError) in
            for hook in request.hooks { try requireLoaded(hook) }
            let directory = try namespaces()
            try acting("pin the programs") { () throws(KernelError) in
                let run = try described(in: directory)
                try pins.create()
                let held = try HeldRun(pins, in: request.bpffs)
                progress.held = held
                for (index, hook) in run.hooks.enumerated() { try pin(hook.before, index, held) }
                try pins.write(run)
                progress.run = run
            }
            let ids = request.hooks.compactMap { $0.program.map { "\($0.id)" } }
            return ((), "pinned \(ids.joined(separator: ", "))")
        }
    }

    private func described(in directory: NamespaceDirectory) throws(KernelError) -> PinnedRun {
        var hooks: [PinnedHook] = []
        for hook in request.hooks {
            var list: TCXList?
            if let namespace = directory[hook.netns.cookie] { list = try self.list(of: hook, in: namespace) }
            hooks.append(PinnedHook(before: hook, replacementID: 0, list: list))
        }
        var run = PinnedRun(
            runID: request.runID, planID: request.planID, nodeNetns: request.node.identity.cookie, hooks: hooks)
        run.cut = request.cut
        return run
    }

    private func requireLoaded(_ hook: Hook) throws(MigrateError) {
        guard let program = hook.program, !BPFProgram.exists(id: program.id) else { return }
        throw MigrateError(
            .stalePlan, "\(title(hook)) is not as planned",
            facts: ["program \(program.id) (tag \(program.tag)) when planned, it is loaded no more."],
            remedy: "Plan again:  migrate plan")
    }

    /// What stands beside the hook; `nil` for a filter, and for a place that is gone: the replacement will say so.
    private func list(of hook: Hook, in namespace: NetworkNamespace) throws(KernelError) -> TCXList? {
        guard hook.kind == .tcx else { return nil }
        return try namespace.run { () throws(KernelError) in
            do throws(KernelError) {
                return try TCXList.read(ifindex: hook.ifindex, direction: hook.direction)
            } catch {
                guard error.errno == .operationNotSupportedByDevice else { throw error }
                return nil
            }
        }
    }

    private func pin(_ hook: Hook, _ index: Int, _ held: HeldRun) throws(KernelError) {
        guard let wanted = hook.program else { return }
        let program = try BPFProgram(id: wanted.id)
        guard program.record.reference.tag == wanted.tag else {
            throw .refused("pin", "program \(wanted.id)", "its tag is \(program.record.reference.tag) now")
        }
        try pins.pinLegacy(program, index: index)
        held.hold(program)
    }
}
