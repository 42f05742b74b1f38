import Model

/// What a changing verb did, for people to read: hooks, proof, outcome, then what to type.
public enum RunText {
    /// - Parameter byHand: the commands of break glass, which one who follows a run has seen with `apply`.
    public static func render(_ run: RunDocument, byHand: Bool = true) -> String {
        var page = Page()
        page.line("Run \(Identifier.short(run.runID)) of plan \(Identifier.short(run.planID))")
        page.section(RunWords.legend(run), hookLines(of: run))
        page.section("Both sides:", run.sides.map(SidesText.lines) ?? [])
        page.section("Health:", Page.limited(SidesText.lines(run.health ?? [])))
        page.section("Took:", timings(of: run))
        page.section(run.now == nil ? "Proof:" : "Proven then:", proofLines(of: run))
        page.section("Now:", nowLines(of: run))
        page.section("By hand, should this program be gone:", byHand ? Page.commands(run.breakGlass) : [])
        page.section("Warnings (\(run.warnings.count)):", run.warnings.map { "  " + $0 })
        page.section("Still there (\((run.remains ?? []).count)):", Page.limited((run.remains ?? []).map { "  " + $0 }))
        page.section(run.audit.map { ["Audit log: record \($0.sequence), head \($0.head)"] } ?? [])
        page.end(RunOutcome.sentence(of: run), next: RunOutcome.next(of: run))
        return page.text
    }

    static func hookLines(of run: RunDocument) -> [String] {
        let lines = run.hooks.map { hook in
            HookLines.Line(
                title: "\(symbol(of: hook)) \(hook.interface)\(RunWords.namespace(of: hook, in: run))",
                kind: "\(hook.kind.rawValue)/\(hook.direction.rawValue)", programs: programs(of: hook),
                slot: HookWords.place(hook), remark: hook.guarantee,
                likeness:
                    "\(symbol(of: hook)) \(hook.kind.rawValue) \(hook.direction.rawValue) \(hook.before?.tag ?? "") \(hook.after?.tag ?? "")"
                    + " \(hook.priority) \(hook.handle) \(hook.chain) \(hook.protocol) \(hook.guarantee)")
        }
        return HookLines.render(lines, all: "migrate show \(Identifier.short(run.runID)) -o json")
    }

    static func symbol(of hook: RunDocument.HookLine) -> String {
        switch hook.standing {
        case .asBefore?: "="
        case .others?, .differs?: "!"
        case .vanished?, .unknown?: "?"
        case .ours?: "~"
        case nil: hook.before == hook.after ? "=" : "~"
        }
    }

    static func programs(of hook: RunDocument.HookLine) -> String {
        let before = "program \(Words.program(hook.before))"
        switch hook.standing {
        case .asBefore?: return before
        case .unknown?: return "\(before) → not known"
        case _ where hook.before == hook.after: return before
        default: return "\(before) → \(hook.after.map { Words.program($0) } ?? "gone")"
        }
    }

    static func proofLines(of run: RunDocument) -> [String] {
        guard let proof = run.proof else { return [] }
        let indent = "    "
        return ["  " + RunWords.verdict(proof)]
            + Page.limited(proof.differences.map { "\(indent)differs: \($0)" }, indent: indent)
            + Page.limited(proof.vanished.map { "\(indent)vanished: \($0)" }, indent: indent)
            + Page.limited(proof.changedByOthers.map { "\(indent)changed by others: \($0)" }, indent: indent)
            + Page.limited((proof.notCompared ?? []).map { "\(indent)not compared: \($0)" }, indent: indent)
    }

    /// Of a run that was settled before: how its hooks are now.
    private static func nowLines(of run: RunDocument) -> [String] {
        guard let now = run.now else { return [] }
        let lines = now.hooks.compactMap(\.line)
        let verdict = "  \(Words.time(now.at)): \(RunWords.standings(now.hooks))"
        return [verdict] + Page.limited(lines.map { "    \($0)" }, indent: "    ")
    }

    /// One line, in the order of the run's phases.
    static func timings(of run: RunDocument) -> [String] {
        guard !run.timings.isEmpty else { return [] }
        let order = ["pin_us", "load_us", "warm_us", "replace_us", "verify_us", "restore_us", "prove_us", "unpin_us"]
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
