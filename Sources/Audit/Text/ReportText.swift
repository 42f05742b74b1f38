import Model

/// Everything about one run, or one plan, on one screen: at most forty lines, the verdict last.
public enum ReportText {
    /// Lines, the command to type next among them.
    public static let limit = 40

    public static func render(_ report: ReportDocument) -> String {
        let facts = ReportFacts(report)
        // What is cut first when there is too much: steps, then hooks, then what else is a list.
        for shortness in 0... {
            let text = page(facts, Lengths(shortness: shortness))
            let lines = text.utf8.count { $0 == 0x0a }
            if lines <= limit || shortness == Lengths.shortest { return text }
        }
        return ""
    }

    /// How many lines of each list are shown.
    private struct Lengths {
        static let shortest = 16
        var steps = 12, hooks = 8, details = 12, unobserved = 8, gain = 8, rows = 16, commands = 3, remains = 3

        init(shortness: Int) {
            steps = max(1, steps - 2 * shortness)
            hooks = max(1, hooks - shortness)
            details = max(0, details - 2 * shortness)
            unobserved = max(1, unobserved - shortness / 2)
            gain = max(2, gain - max(0, shortness - 10))
            rows = max(3, rows - shortness)
            commands = max(1, commands - shortness / 6)
            remains = max(1, remains - shortness / 6)
        }
    }

    private static func page(_ facts: ReportFacts, _ lengths: Lengths) -> String {
        let report = facts.report
        var page = Page()
        page.line(facts.title)
        page.add(header(facts, lengths))
        page.section(hookTitle(report), Page.limited(hooks(report), limit: lengths.hooks))
        page.section("Safe because:", claims(facts, lengths.details))
        page.section("Buys:", Page.limited(facts.gain.map { "  \($0.term): \($0.value)" }, limit: lengths.gain))
        page.section("Steps:", steps(report, lengths.steps))
        let unobserved = (report.unobserved ?? []).map { "  \($0.what): \($0.why)" }
        page.section(
            unobserved.isEmpty ? "" : "Not observed (\(unobserved.count)):",
            Page.limited(unobserved, limit: lengths.unobserved))
        page.section(
            "Still there:", Page.limited((report.run?.remains ?? []).map { "  " + $0 }, limit: lengths.remains))
        page.end(facts.verdict, next: facts.next)
        return page.plainText
    }

    private static func header(_ facts: ReportFacts, _ lengths: Lengths) -> [String] {
        var table = Table([.left, .left])
        let more = facts.commands.count - lengths.commands
        for command in facts.commands.prefix(lengths.commands) { table.add("by", Shown.plain(command)) }
        if more > 0 { table.add("", "… and \(more) more") }
        // Machine and boot stand in the other formats.
        let rows = facts.identity.filter { $0.name != "machine" && $0.name != "boot" }
        for row in rows.prefix(lengths.rows) { table.add(row.name, Shown.plain(row.value)) }
        return table.lines(indent: "  ")
    }

    private static func hookTitle(_ report: ReportDocument) -> String {
        report.run.map(RunWords.legend) ?? "Hooks (~ replaced in place, = kept, ! not ours):"
    }

    /// One line each.
    private static func hooks(_ report: ReportDocument) -> [String] {
        guard let run = report.run else { return planned(report) }
        var table = Table([.left, .left, .left])
        for hook in run.hooks {
            let meanwhile = hook.ours.flatMap { $0 == hook.after ? nil : ", meanwhile \($0.id) \($0.name)" } ?? ""
            table.add(
                "\(RunText.symbol(of: hook)) \(hook.interface)\(RunWords.namespace(of: hook, in: run))",
                "\(hook.kind.rawValue)/\(hook.direction.rawValue)", RunText.programs(of: hook) + meanwhile)
        }
        return table.lines()
    }

    private static func planned(_ report: ReportDocument) -> [String] {
        guard let plan = report.plan else { return [] }
        var table = Table([.left, .left, .left])
        for hook in plan.hooks {
            let symbol =
                switch hook.action {
                case .replace: "~"
                case .keep, .ours: "="
                case .foreign: "!"
                }
            table.add(
                "\(symbol) \(hook.interface)\(Words.elsewhere(hook.netns, than: plan.node.netns))",
                "\(hook.kind.rawValue)/\(hook.direction.rawValue)", "program \(Words.program(hook.program))")
        }
        return table.lines()
    }

    private static func claims(_ facts: ReportFacts, _ details: Int) -> [String] {
        var room = details
        return facts.claims.flatMap { claim -> [String] in
            let symbol =
                switch claim.standing {
                case .shown: "="
                case .failed: "!"
                case .notShown: "?"
                }
            // Only what speaks against it is worth a line here.
            let lines = claim.standing == .failed ? Array(claim.details.prefix(min(3, room))) : []
            room -= lines.count
            return ["  \(symbol) \(claim.title): \(claim.text)"] + lines.map { "      \($0)" }
        }
    }

    private static func steps(_ report: ReportDocument, _ limit: Int) -> [String] {
        var table = Table([.right, .left, .left, .left, .right])
        let hidden = max(0, report.journal.count - limit)
        for entry in report.journal.suffix(limit) {
            table.add(
                String(entry.sequence), entry.phase, entry.intent, entry.evidence ?? "INTERRUPTED",
                ReportFacts.duration(entry))
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
}
