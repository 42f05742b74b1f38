import Model

/// What a changing verb did, for people to read: hooks, proof, outcome, then what to type.
public enum RunText {
    public static func render(_ run: RunDocument) -> String {
        var page = Page()
        page.line("Run \(Identifier.short(run.runID)) of plan \(Identifier.short(run.planID))")
        page.section("Hooks (~ ours is in the slot, = as before):", hookLines(of: run))
        page.section("Took:", timings(of: run))
        page.section("Proof:", proofLines(of: run))
        page.section("By hand, should this program be gone:", run.breakGlass.map { "  " + $0 })
        page.section("Warnings (\(run.warnings.count)):", run.warnings.map { "  " + $0 })
        page.end(RunOutcome.sentence(of: run), next: RunOutcome.next(of: run))
        return page.text
    }

    static func hookLines(of run: RunDocument) -> [String] {
        let lines = run.hooks.map { hook in
            let isBack = hook.before == hook.after
            let after = hook.after.map { Words.program($0) } ?? "gone"
            return HookLines.Line(
                title: "\(isBack ? "=" : "~") \(hook.interface)",
                kind: "\(hook.kind.rawValue)/\(hook.direction.rawValue)",
                programs: "program \(Words.program(hook.before))" + (isBack ? "" : " → \(after)"),
                slot: Words.slot(
                    priority: hook.priority, handle: hook.handle, chain: hook.chain, protocol: hook.protocol),
                remark: hook.guarantee,
                likeness:
                    "\(isBack) \(hook.kind.rawValue) \(hook.direction.rawValue) \(hook.before?.tag ?? "") \(hook.after?.tag ?? "")"
                    + " \(hook.priority) \(hook.handle) \(hook.chain) \(hook.protocol) \(hook.guarantee)")
        }
        return HookLines.render(lines, all: "migrate show \(Identifier.short(run.runID)) -o json")
    }

    static func proofLines(of run: RunDocument) -> [String] {
        guard let proof = run.proof else { return [] }
        let verdict =
            proof.identical
            ? "  identical: every hook, attribute by attribute; nothing of ours is left"
            : "  not identical: \(Words.count(proof.differences.count, "difference"))"
        return [verdict] + Page.limited(proof.differences.map { "    differs: \($0)" }, indent: "    ")
            + Page.limited(proof.vanished.map { "    vanished with its interface: \($0)" }, indent: "    ")
            + Page.limited(proof.changedByOthers.map { "    changed by others: \($0)" }, indent: "    ")
    }

    /// One line, in the order of the run's phases.
    static func timings(of run: RunDocument) -> [String] {
        guard !run.timings.isEmpty else { return [] }
        let order = ["pin_us", "load_us", "warm_us", "replace_us", "verify_us", "restore_us", "unpin_us"]
        let known = order.filter { run.timings[$0] != nil }
        let phases = known + run.timings.keys.filter { !order.contains($0) }.sorted()
        return [
            "  "
                + phases.map { phase in
                    let name = phase.hasSuffix("_us") ? String(phase.dropLast(3)) : phase
                    return "\(name) \(Words.duration(microseconds: run.timings[phase] ?? 0))"
                }.joined(separator: ", ")
        ]
    }
}
