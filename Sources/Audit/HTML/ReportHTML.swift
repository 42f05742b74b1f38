import FoundationEssentials
import Model

/// A report as one self-contained HTML page: it loads nothing, and holds the document that it is made of.
public enum ReportHTML {
    public static func render(_ report: ReportDocument) throws -> String {
        let facts = ReportFacts(report)
        return try page(
            title: facts.title, verdict: facts.verdict, isGood: facts.isGood, report.createdAt, report.tool,
            try sections(facts), document: report)
    }

    struct Section {
        var id: String
        var title: String
        /// HTML, every text in it escaped.
        var body: String
    }

    /// What pages of one node and of many have in common.
    static func page(
        title: String, verdict: String, isGood: Bool, _ created: Date, _ tool: Tool, _ sections: [Section],
        document: some Encodable
    ) throws -> String {
        let embedded = try EmbeddedDocument.element(of: document)
        return try Markup.render(
            Template.page,
            [
                "title": title, "verdict": verdict, "isGood": isGood, "version": tool.version,
                "created": Words.time(created), "style": Style.sheet, "digest": embedded.digest,
                "document": embedded.html,
                "sections": sections.filter { !$0.body.isEmpty }.map {
                    ["id": $0.id, "title": $0.title, "body": $0.body]
                },
            ])
    }

    private static func sections(_ facts: ReportFacts) throws -> [Section] {
        let report = facts.report
        return [
            Section(
                id: "short", title: "In short",
                body: try Summary.sentences(facts).map { try Markup.render(Template.paragraph, ["text": $0]) }.joined()),
            Section(
                id: "changed", title: report.run == nil ? "What would be changed" : "What was changed",
                body: try changed(report)),
            Section(id: "who", title: "Who, where and when", body: try pairs(facts)),
            Section(id: "safe", title: facts.titles.safe, body: try claims(facts.claims) + warnings(report)),
            Section(id: "bought", title: facts.titles.bought, body: try gain(facts)),
            Section(id: "back", title: "Is everything back", body: try back(report)),
            Section(id: "unobserved", title: "What was not observed", body: try table(.unobserved(report))),
            Section(id: "entries", title: "The map against the kernel", body: try entries(report)),
            Section(id: "traffic", title: "The cut and its traffic", body: try traffic(report)),
            Section(id: "steps", title: "Every step", body: try table(.steps(report))),
            Section(id: "hand", title: "By hand, should the program be gone", body: try commands(report)),
            Section(id: "words", title: "Words", body: try table(.words(report))),
        ]
    }

    // MARK: Sections

    private static func changed(_ report: ReportDocument) throws -> String {
        let figure = try report.run.map { $0.hooks.isEmpty ? "" : try HooksPicture.draw($0).render() } ?? ""
        return figure + (try table(.hooks(report))) + (try table(.others(report)))
    }

    private static func warnings(_ report: ReportDocument) throws -> String {
        let isOver = report.run?.state == .rolledBack && !(report.plan?.warnings.isEmpty ?? true)
        let moot = "The run was taken back: of what these ask for, nothing is left to do but before the next one."
        return try table(.warnings(report)) + (isOver ? Markup.render(Template.paragraph, ["text": moot]) : "")
    }

    static func claims(_ claims: [Claim]) throws -> String {
        try Markup.render(
            Template.claims,
            [
                "claims": claims.map { claim -> [String: Any] in
                    let (symbol, word) =
                        switch claim.standing {
                        case .shown: ("✓", "shown")
                        case .failed: ("✗", "failed")
                        case .notShown: ("?", "not shown")
                        }
                    return [
                        "standing": claim.standing.rawValue, "symbol": symbol, "word": word, "title": claim.title,
                        "text": claim.text, "details": claim.details,
                    ]
                }
            ])
    }

    static func gain(_ facts: ReportFacts) throws -> String {
        guard !facts.gain.isEmpty else { return "" }
        return try Markup.render(
            Template.gain, ["rows": facts.gain.map { ["term": $0.term, "value": $0.value, "how": $0.how] }])
    }

    private static func back(_ report: ReportDocument) throws -> String {
        guard let run = report.run else { return "" }
        let lines = RunText.proofLines(of: run).map(\.trimmed) + (run.remains ?? []).map { "Still there: \($0)" }
        guard !lines.isEmpty else {
            return try Markup.render(
                Template.paragraph,
                [
                    "text":
                        "The run was not taken back: \(RunWords.hooks(run)). \(RunOutcome.sentence(of: run, isReport: true))"
                ])
        }
        return try Markup.render(Template.list, ["lines": lines])
            + (try Markup.render(Template.paragraph, ["text": Self.compared]))
    }

    /// What `Proof` compares (`FilterComparison`, and the list of programs of a tcx hook).
    private static let compared =
        "Compared were, of each hook of the run: its interface and parent, priority, protocol, chain and handle, the program's id, "
        + "tag and name, class, flags, offload and actions; of a hook at tcx its whole list of programs. Nothing is left of a run "
        + "when it has no pin, no loaded program and no filter any more. How packets fare since was not looked at."

    private static func entries(_ report: ReportDocument) throws -> String {
        guard let plan = report.plan, plan.entriesTotal > 0 else { return "" }
        let pictures = try [BarsPicture.verdicts(plan), BarsPicture.effects(plan)].map { try $0.render() }
        return "<div class=\"pictures\">\n\(pictures.joined())\n</div>\n" + (try table(.entries(plan)))
            + (try table(.widened(plan))) + (try table(.lost(plan)))
    }

    private static func traffic(_ report: ReportDocument) throws -> String {
        var pictures = try TimelinePicture(report).map { [try $0.draw().render()] } ?? []
        if let sides = report.run?.sides { pictures.append(try BarsPicture.sides(sides).render()) }
        let figures = pictures.isEmpty ? "" : "<div class=\"pictures\">\n\(pictures.joined())\n</div>\n"
        let sides = try report.run?.sides.map { try table(.sides($0)) + table(.strays($0)) } ?? ""
        let health = try report.run.map { try table(.health($0)) } ?? ""
        return figures + (try table(.stages(report))) + sides + (try table(.counters(report))) + health
    }

    private static func commands(_ report: ReportDocument) throws -> String {
        let commands = report.run?.breakGlass ?? report.plan?.breakGlass ?? []
        guard !commands.isEmpty else { return "" }
        // Line breaks stay; everything else that is hidden is shown.
        let lines = commands.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
        let text = try lines.map { try Markup.render("{{.}}", String($0)) }.joined(separator: "\n")
        return try Markup.render(
            "<pre tabindex=\"0\" aria-label=\"Commands\">{{{text}}}</pre>", ["text": text])
    }

    // MARK: Parts

    static func table(_ table: ReportTable) throws -> String {
        guard !table.rows.isEmpty else { return "" }
        return try Markup.render(
            Template.table,
            [
                "title": table.title, "columns": table.columns, "hasMore": table.more > 0, "more": table.more,
                "rows": table.rows.map { row -> [String: Any] in
                    [
                        "first": row.first ?? "",
                        "cells": zip(table.columns, row).dropFirst().map { ["label": $0, "value": $1] },
                    ]
                },
            ])
    }

    private static func pairs(_ facts: ReportFacts) throws -> String {
        try Markup.render(
            Template.pairs,
            [
                "title": "Who gave the commands, on which machine, with which program",
                "rows": facts.whole.map { ["name": $0.name, "value": $0.value] },
            ])
    }
}
