import Kernel
import Model

extension Installer {
    /// Replaces the program of every hook, in order. Returns the hooks as they are afterwards.
    func replace(by programs: Replacements, _ progress: inout Progress) throws(MigrateError) -> [Hook] {
        let directory = try namespaces()
        var after: [Hook] = []
        for (index, hook) in request.hooks.enumerated() {
            try checkInterruption()
            let program = programs.ofHooks[index]
            let now = try record(
                .replace, "\(title(hook)): program \(hook.program?.id ?? 0) by \(program.reference.id)"
            ) { () throws(MigrateError) in
                progress.touched.insert(index)
                let outcome = try replace(hook, by: program, directory: directory)
                if outcome.isChange { progress.isChanged = true }
                if case .done(let now) = outcome { return (now, "program \(program.reference.id) is in the slot") }
                if !outcome.leavesOurs { progress.touched.remove(index) }
                throw refusal(hook, outcome)
            }
            after.append(now)
        }
        return after
    }

    private func replace(
        _ hook: Hook, by program: Replacements.Loaded, directory: NamespaceDirectory
    ) throws(MigrateError) -> HookExchange.Outcome {
        guard let namespace = directory[hook.netns.cookie] else {
            throw MigrateError(
                .hookVanished, "cannot find \(title(hook))",
                facts: ["its network namespace was not found; not looked into: \(directory.gaps)"])
        }
        var attributes = hook.filter?.bpf
        attributes?.programID = program.reference.id
        attributes?.name = program.reference.name
        let swap = HookExchange.Swap(hook: hook, replacement: nil, attributes: attributes) { found in
            guard isAsPlanned(found, hook) else { return false }
            request.afterCheck(hook)
            return true
        }
        return try acting("replace the program of \(title(hook))") { () throws(KernelError) in
            try HookExchange.exchange(swap, in: namespace, by: program.program)
        }
    }

    /// For a filter every attribute; at tcx the link and the program, for others may come and go beside it.
    private func isAsPlanned(_ found: Hook, _ planned: Hook) -> Bool {
        guard planned.kind == .tcx else { return found.filter == planned.filter }
        return found.attachment?.linkID == planned.attachment?.linkID && found.program?.id == planned.program?.id
    }

    private func refusal(_ hook: Hook, _ outcome: HookExchange.Outcome) -> MigrateError {
        let planned = "program \(hook.program?.id ?? 0) (tag \(hook.program?.tag ?? "?"))"
        let none = hook.kind == .tcx ? "nothing" : "no filter"
        let now = { (found: Hook?) in found?.program.map { "\($0.id) (tag \($0.tag))" } ?? none }
        let secondWriter =
            "Find the second writer before planning again:  \(hook.kind == .tcx ? "bpftool link show" : "tc monitor")"
        switch outcome {
        case .done(let found): return MigrateError(.bug, "\(title(hook)) was replaced", facts: [now(found)])
        case .unexpected(let found):
            return MigrateError(
                .stalePlan, "\(title(hook)) is not as planned", facts: ["\(planned) when planned, \(now(found)) now."],
                remedy: "Plan again:  migrate plan")
        case .contended(let found):
            return MigrateError(
                .stalePlan, "\(title(hook)) does not hold still",
                facts: [
                    "the list of programs there changed \(TCXExchange.attempts) times while program \(found.program?.id ?? 0) was to be replaced."
                ], remedy: secondWriter)
        case .overwrote(let foreign, let putBack):
            let other = "program \(foreign.bpf?.programID ?? 0) (tag \(foreign.bpf?.tag ?? "?"))"
            return MigrateError(
                putBack ? .stalePlan : .mixed, "somebody else replaced \(title(hook)) at the same moment",
                facts: ["\(planned) when planned, then \(other), \(putBack ? "which was put back" : "which is lost")."],
                remedy: secondWriter)
        case .unread(let error):
            return MigrateError(
                .kernelRead, "cannot read \(title(hook)) back after it was replaced", facts: [error.description],
                remedy: "Look at the machine:  migrate preflight")
        case .takenOver(let found):
            return MigrateError(
                .stalePlan, "somebody else replaced \(title(hook)) right after",
                facts: ["\(planned) when planned, \(now(found)) now."], remedy: secondWriter)
        }
    }
}
