import Model

/// Many nodes' reports in one table, worst first, the verdict last.
public enum MergedText {
    public static func render(_ merged: MergedReport) -> String {
        var page = Page()
        page.line("Reports of \(merged.nodes.count.of("node")), worst first")
        page.section(
            merged.unreadable.isEmpty ? "" : "Not read (\(merged.unreadable.count)):",
            Page.limited(merged.unreadable.map { "  \(Shown.plain($0.file)): \(Shown.plain($0.why))" }))
        var table = Table([.left, .left, .left, .right, .left])
        table.add("node", "run or plan", "state", "residues", "failed")
        for line in merged.nodes {
            table.add(
                Shown.plain(line.node), Identifier.short(line.subject), state(line), String(line.residues.count),
                line.failed.joined(separator: ", "))
        }
        page.section("Nodes:", table.lines(indent: "  "))
        page.end(verdict(merged), next: next(merged))
        return page.plainText
    }

    static func state(_ line: MergedReport.Line) -> String {
        line.state + (line.reason.map { " (\(OutlookWords.word($0)))" } ?? "")
    }

    static func isGood(_ merged: MergedReport) -> Bool {
        merged.unreadable.isEmpty && merged.nodes.allSatisfy { ReportMerge.badness($0) < 700 && $0.failed.isEmpty }
    }

    /// What is worst, in a sentence.
    static func verdict(_ merged: MergedReport) -> String {
        var counts: [(state: String, count: Int)] = []
        for line in merged.nodes {
            if let place = counts.firstIndex(where: { $0.state == line.state }) {
                counts[place].count += 1
            } else {
                counts.append((line.state, 1))
            }
        }
        let residues = merged.nodes.count { !$0.residues.isEmpty }
        let parts =
            counts.map { "\($0.count) \($0.state)" } + (residues == 0 ? [] : ["\(residues) with a residue"])
            + (merged.unreadable.isEmpty ? [] : ["\(merged.unreadable.count.of("file")) not read"])
        return "\(merged.nodes.count.of("node")): \(parts.joined(separator: ", "))."
    }

    private static func next(_ merged: MergedReport) -> NextStep {
        guard let worst = merged.nodes.first, ReportMerge.badness(worst) >= 300 else {
            return NextStep(what: "Read one", command: "migrate report convert FILE")
        }
        return NextStep(
            what: "Look at \(worst.node), there", command: "migrate report \(Identifier.short(worst.subject))")
    }
}
