import Model

/// Many nodes' reports as one page: a table, worst first, and of each node what its own report says first.
public enum MergedHTML {
    public static func render(_ merged: MergedReport) throws -> String {
        try ReportHTML.page(
            title: "Reports of \(merged.nodes.count.of("node"))", verdict: MergedText.verdict(merged),
            isGood: MergedText.isGood(merged), merged.createdAt, merged.tool,
            [
                .init(id: "nodes", title: "Nodes, worst first", body: try ReportHTML.table(.nodes(merged))),
                .init(id: "unread", title: "Files that were not read", body: try ReportHTML.table(.unreadable(merged))),
            ]
                + (try merged.reports.prefix(ReportTable.limit).enumerated().map { number, report in
                    .init(id: "node-\(number + 1)", title: report.node.name, body: try ReportHTML.summary(report))
                }), document: merged)
    }
}

extension ReportTable {
    static func nodes(_ merged: MergedReport) -> ReportTable {
        ReportTable(
            "Every node, worst first",
            [
                "Node", "Run or plan", "State", "Residues", "Claims that failed", "Out of step", "Not observed",
                "Written",
            ],
            merged.nodes.map { line in
                [
                    line.node, Identifier.short(line.subject), MergedText.state(line),
                    line.residues.isEmpty ? "none" : line.residues.joined(separator: "; "),
                    line.failed.isEmpty ? "none" : line.failed.joined(separator: ", "), String(line.outOfStep),
                    String(line.unobserved), Words.time(line.createdAt),
                ]
            })
    }

    static func unreadable(_ merged: MergedReport) -> ReportTable {
        ReportTable("Not read, and why", ["File", "Why"], merged.unreadable.map { [$0.file, $0.why] })
    }
}

extension ReportHTML {
    /// Verdict, claims and gain of one node.
    static func summary(_ report: ReportDocument) throws -> String {
        let facts = ReportFacts(report)
        let verdict = try Markup.render(
            "<p class=\"verdict{{^isGood}} bad{{/isGood}}\">{{verdict}}</p>",
            ["verdict": facts.verdict, "isGood": facts.isGood])
        return verdict + (try claims(facts.claims)) + (try gain(facts))
    }
}
