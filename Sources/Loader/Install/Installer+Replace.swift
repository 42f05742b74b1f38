import Kernel
import Model

extension Installer {
    /// Replaces the program of every hook. Returns the hooks as they are afterwards.
    ///
    /// One line of the journal for all: which of them are done is the kernel's to say.
    func replace(by programs: Replacements, _ progress: inout Progress) throws(MigrateError) -> [Hook] {
        let hooks = request.hooks
        let intent = "put \(programs.summary) into \(listed(hooks))"
        return try record(.replace, intent) { () throws(MigrateError) in
            let directory = try namespaces()
            for hook in hooks where directory[hook.netns.cookie] == nil { throw unfound(hook, directory) }
            var after: [Hook] = []
            for part in hooks.chunks(of: request.limits.chunk) {
                try checkInterruption()
                // Before anything is sent: a crash or an error must not leave a hook out.
                progress.touched.formUnion(part)
                let swaps = part.map { swap(hooks[$0], programs.ofHooks[$0]) }
                let outcomes = HookExchange.exchange(swaps, in: directory, request.limits)
                after += try take(outcomes, of: part, &progress)
            }
            return (after, "\(hooks.count.of("hook", "holds", "hold")) \(programs.summary)")
        }
    }

    /// `hz clsact/ingress, hz2 clsact/ingress and 998 more`.
    func listed(_ hooks: [Hook]) -> String {
        let shown = hooks.prefix(4).map(title).joined(separator: ", ")
        return hooks.count > 4 ? "\(shown) and \(hooks.count - 4) more" : shown
    }

    private func unfound(_ hook: Hook, _ directory: NamespaceDirectory) -> MigrateError {
        MigrateError(
            .hookVanished, "cannot find \(title(hook))",
            facts: ["its network namespace was not found; not looked into: \(directory.gaps)"])
    }

    private func swap(_ hook: Hook, _ program: OpenProgram) -> HookExchange.Swap {
        var attributes = hook.filter?.bpf
        attributes?.programID = program.reference.id
        attributes?.name = program.reference.name
        return HookExchange.Swap(hook: hook, replacements: [], program: program, attributes: attributes) { found in
            guard isAsPlanned(found, hook) else { return false }
            request.afterCheck(hook)
            return true
        }
    }

    /// Notes what was touched. Throws where any hook is not done, and says so of all of them.
    private func take(
        _ outcomes: [HookExchange.Outcome], of part: Range<Int>, _ progress: inout Progress
    ) throws(MigrateError) -> [Hook] {
        var after: [Hook] = []
        var refusals: [MigrateError] = []
        for (index, outcome) in zip(part, outcomes) {
            if outcome.isChange { progress.isChanged = true }
            if !outcome.leavesOurs { progress.touched.remove(index) }
            if case .done(let now) = outcome {
                after.append(now)
            } else {
                refusals.append(refusal(request.hooks[index], outcome))
            }
        }
        if let error = MigrateError.joined(refusals) { throw error }
        return after
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
        case .refused(let error):
            return cannot("replace the program of \(title(hook))", error)
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
