import Model

/// Everything about one run on about one screen: what was planned, what was done, what came of it.
public enum ReportText {
    /// How many lines of the journal are shown; the last ones, as they hold the outcome.
    static let journalLimit = 12

    public static func render(_ report: ReportDocument) -> String {
        let run = report.run
        var page = Page()
        page.line("Report of run \(Identifier.short(run.runID)) on node \(report.node.name)")
        page.add(header(of: report))
        page.section(RunWords.legend(run), RunText.hookLines(of: run))
        if let plan = report.plan {
            page.section(
                "Planned (\(plan.entriesTotal == 1 ? "1 entry" : "\(plan.entriesTotal) entries")):",
                PlanEntries.counts(of: plan))
        }
        page.section("Shadowed before:", ShadowText.lines(report.shadows ?? []))
        page.section("Journal:", journal(of: report))
        page.section("Packets:", counters(report.counters))
        page.section("Both sides:", run.sides.map(SidesText.lines) ?? [])
        page.section("Health:", Page.limited(SidesText.lines(run.health ?? [])))
        page.section("Warnings (\(run.warnings.count)):", Page.limited(run.warnings.map { "  " + $0 }, limit: 5))
        page.section("Proof:", RunText.proofLines(of: run))
        page.section("Still there (\((run.remains ?? []).count)):", Page.limited((run.remains ?? []).map { "  " + $0 }))
        page.end(RunOutcome.sentence(of: run, isReport: true), next: next(of: report))
        return page.text
    }

    private static func header(of report: ReportDocument) -> [String] {
        var table = Table([.left, .left])
        table.add("plan", Identifier.short(report.run.planID))
        if let plan = report.plan {
            let membership = plan.membership
            table.add(
                "profile",
                "\(plan.profile), membership \(membership.chosen.rawValue), egress \(plan.decision.egress.rawValue)")
            table.add(
                "paths",
                "\(membership.widenedTotal) widened, \(membership.lostTotal) lost, \(Words.count(plan.warnings.count, "warning"))"
            )
        }
        table.add("kernel", report.node.kernel)
        table.add("tool", "\(report.tool.version), object \(report.tool.object.prefix(12))")
        table.add("started", Words.time(report.startedAt))
        if let end = report.endedAt {
            table.add("ended", "\(Words.time(end)), after \(Words.duration(from: report.startedAt, to: end))")
        }
        return table.lines(indent: "  ")
    }

    private static func journal(of report: ReportDocument) -> [String] {
        var table = Table([.right, .left, .left, .left, .right])
        let hidden = max(0, report.journal.count - journalLimit)
        for entry in report.journal.suffix(journalLimit) {
            table.add(
                String(entry.sequence), entry.phase, entry.intent, entry.evidence ?? "INTERRUPTED",
                entry.endedAt.map { Words.duration(from: entry.startedAt, to: $0) } ?? "")
        }
        return (hidden > 0 ? ["  … \(hidden) earlier"] : []) + table.lines(indent: "  ")
    }

    /// Most first.
    static func counters(_ counters: [String: UInt64]) -> [String] {
        var table = Table([.left, .right])
        let order = counters.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for (name, count) in order { table.add(name, String(count)) }
        return table.lines(indent: "  ")
    }

    /// Not the report itself again.
    private static func next(of report: ReportDocument) -> NextStep {
        let next = RunOutcome.next(of: report.run)
        guard next.command.hasPrefix("migrate report") else { return next }
        return NextStep(what: "Plan again", command: "migrate plan --node \(report.node.name)")
    }
}
