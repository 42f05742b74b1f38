import Model

/// A report in Markdown (CommonMark with the tables of GitHub's dialect): for a change ticket or a pull request.
public enum ReportMarkdown {
    public static func render(_ report: ReportDocument) -> String {
        let facts = ReportFacts(report)
        var lines = ["# \(escaped(facts.title))", "", "**\(escaped(facts.verdict))**", ""]
        lines += Summary.sentences(facts).flatMap { [escaped($0), ""] }
        func add(_ table: ReportTable) {
            guard !table.rows.isEmpty else { return }
            lines += ["## \(escaped(table.title))", ""] + render(table) + [""]
        }
        add(.identity(facts))
        add(.hooks(report))
        add(.others(report))
        add(.claims(facts))
        add(.warnings(report))
        add(.gain(facts))
        lines += back(report)
        add(.unobserved(report))
        if let plan = report.plan { add(.entries(plan)) }
        if let plan = report.plan { add(.widened(plan)) }
        if let plan = report.plan { add(.lost(plan)) }
        add(.stages(report))
        if let sides = report.run?.sides {
            add(.sides(sides))
            add(.strays(sides))
        }
        add(.counters(report))
        if let run = report.run { add(.health(run)) }
        add(.steps(report))
        lines += commands(report.run?.breakGlass ?? report.plan?.breakGlass ?? [])
        lines += ["\(escaped(facts.next.what)):", ""] + code([facts.next.command])
        return lines.joined(separator: "\n") + "\n"
    }

    private static func render(_ table: ReportTable) -> [String] {
        func row(_ cells: [String]) -> String { "| " + cells.map(escaped).joined(separator: " | ") + " |" }
        let rule = "|" + table.columns.map { _ in " --- |" }.joined()
        return [row(table.columns), rule] + table.rows.map(row)
            + (table.more > 0 ? ["", "… and \(table.more) more; the JSON document has them."] : [])
    }

    private static func back(_ report: ReportDocument) -> [String] {
        guard let run = report.run else { return [] }
        let lines = RunText.proofLines(of: run) + (run.remains ?? []).map { "still there: \($0)" }
        let text = lines.isEmpty ? ["the run holds: \(RunWords.hooks(run))"] : lines
        return ["## Is everything back", ""] + text.map { "- \(escaped($0.trimmed))" } + [""]
    }

    private static func commands(_ commands: [String]) -> [String] {
        commands.isEmpty ? [] : ["## By hand, should the program be gone", ""] + code(commands) + [""]
    }

    /// A block that no line in it can end.
    private static func code(_ lines: [String]) -> [String] {
        let shown = lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }.map {
            Shown.plain(String($0))
        }
        var fence = "```"
        while shown.contains(where: { $0.contains(fence) }) { fence += "`" }
        return [fence + "sh"] + shown + [fence]
    }

    /// Text that is nothing but text: no markup, no markup of HTML, no line break.
    static func escaped(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        // By scalars: a mark that combines with a sign would make another character of the two.
        for scalar in Shown.plain(text).unicodeScalars {
            if "\\`*_{}[]<>()#|~!&".unicodeScalars.contains(scalar) { shown.append("\\") }
            shown.append(scalar)
        }
        return String(shown)
    }
}

extension String {
    /// Without the blanks at its beginning.
    var trimmed: String { String(drop { $0 == " " }) }
}
