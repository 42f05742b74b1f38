import FoundationEssentials
import Model
import ModelSamples
import Testing

@testable import Audit

@Suite struct MergeTests {
    private func report(_ node: String, _ state: RunState, residue: Bool = false, at time: Date = Sample.time) throws
        -> ReportDocument
    {
        var report = try Sample.report()
        report.createdAt = time
        report.node.name = node
        report.node.machineID = node
        report.run?.state = state
        if residue { report.run?.proof?.add(differences: ["hz2: program 99"]) }
        return report
    }

    private func merged(_ reports: [ReportDocument], unreadable: [MergedReport.Unreadable] = []) -> MergedReport {
        ReportMerge.merge(
            reports, unreadable: unreadable, tool: Tool(version: "0.1.0", object: "x"), at: Sample.time)
    }

    @Test func `worst first, and of one run the newest report`() throws {
        let all = merged([
            try report("a", .committed), try report("b", .rolledBack), try report("c", .mixed),
            try report("d", .residual, residue: true), try report("e", .rolledBack, residue: true),
            try report("a", .finalized, at: Sample.time + 9), try report("f", .expired),
        ])
        #expect(all.nodes.map(\.node) == ["c", "d", "e", "f", "b", "a"])
        #expect(all.nodes.last?.state == "finalized" && all.reports.map(\.node.name) == all.nodes.map(\.node))
        #expect(!MergedText.isGood(all))
        #expect(MergedText.isGood(merged([try report("b", .rolledBack)])))
    }

    @Test func `text, page and JSON tell of each node, and of what was not read`() throws {
        let all = merged(
            [try report("<b>", .committed), try report("d", .residual, residue: true)],
            unreadable: [.init(file: "x\u{1b}.json", why: "it is cut off")])
        let text = MergedText.render(all)
        #expect(text.contains("x\\x1b.json: it is cut off") && text.contains("2 nodes: 1 residual, 1 committed"))
        let html = try MergedHTML.render(all)
        #expect(html.contains("&lt;b&gt;") && html.contains("hz2: program 99") && !html.contains("<b>d"))
        let again = try JSON.decode(MergedReport.self, from: Array(try ReportJSON.render(all).utf8))
        #expect(again.nodes == all.nodes && again.reports.count == 2)
    }
}
