import Kernel
import Model

extension Installer {
    /// Pins every legacy program, then the record of the run, and keeps hold of both.
    func pin(_ progress: inout Progress) throws(MigrateError) {
        try checkInterruption()
        try record(.pin, "pin \(request.hooks.count.of("program")) under \(pins.directory)") {
            () throws(MigrateError) in
            try requireLoaded()
            let directory = try namespaces()
            try acting("pin the programs") { () throws(KernelError) in
                let run = try described(in: directory)
                try pins.create()
                let held = try HeldRun(pins, in: request.bpffs)
                progress.held = held
                try pinLegacy(held)
                try pins.write(run)
                progress.run = run
            }
            let ids = Set(request.hooks.compactMap { $0.program?.id }).sorted().map { "\($0)" }
            return ((), "pinned \(ids.joined(separator: ", "))")
        }
    }

    private func described(in directory: NamespaceDirectory) throws(KernelError) -> PinnedRun {
        let lists = request.hooks.inGroups(by: \.netns.cookie) { cookie, hooks in
            guard let namespace = directory[cookie], hooks.contains(where: { $0.kind == .tcx }) else {
                return hooks.map { _ in Result<TCXList?, KernelError>.success(nil) }
            }
            do throws(KernelError) {
                return try namespace.run { () throws(KernelError) in hooks.map(list) }
            } catch {
                return hooks.map { _ in .failure(error) }
            }
        }
        var hooks: [PinnedHook] = []
        for (hook, list) in zip(request.hooks, lists) {
            hooks.append(PinnedHook(before: hook, replacementID: 0, list: try list.get()))
        }
        var run = PinnedRun(
            runID: request.runID, planID: request.planID, nodeNetns: request.node.identity.cookie, hooks: hooks)
        run.cut = request.cut
        return run
    }

    /// What stands beside the hook, for a thread inside its namespace; `nil` for a filter, and for a place that is gone:
    /// the replacement will say so.
    private func list(of hook: Hook) -> Result<TCXList?, KernelError> {
        guard hook.kind == .tcx else { return .success(nil) }
        do throws(KernelError) {
            return .success(
                try TCXList.read(ifindex: hook.ifindex, direction: hook.direction)?.withoutShadows())
        } catch {
            return error.errno == .operationNotSupportedByDevice ? .success(nil) : .failure(error)
        }
    }

    private func requireLoaded() throws(MigrateError) {
        var seen: Set<UInt32> = []
        for hook in request.hooks {
            guard let program = hook.program, seen.insert(program.id).inserted, !BPFProgram.exists(id: program.id)
            else { continue }
            throw MigrateError(
                .stalePlan, "\(title(hook)) is not as planned",
                facts: ["program \(program.id) (tag \(program.tag)) when planned, it is loaded no more."],
                remedy: "Plan again:  migrate plan")
        }
    }

    /// A pin for every program.
    private func pinLegacy(_ held: HeldRun) throws(KernelError) {
        let numbers = PinName.legacyNumbers(request.hooks.map { $0.program?.id ?? 0 })
        for (index, hook) in request.hooks.enumerated() where numbers[index] == index {
            guard let wanted = hook.program else { continue }
            let program = OpenProgram(try BPFProgram(id: wanted.id))
            guard program.reference.tag == wanted.tag else {
                throw .refused("pin", "program \(wanted.id)", "its tag is \(program.reference.tag) now")
            }
            try pins.pinLegacy(program.program, index: index)
            held.hold(program)
        }
    }
}
