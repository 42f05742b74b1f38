import Foundation
import Model
import ModelSamples
import Testing

@testable import Audit

@Suite struct ReportFormatTests {
    @Test(arguments: [
        (ReportFormat.text, "report.txt"), (.markdown, "report.md"), (.junit, "report.xml"),
        (.prometheus, "report.prom"),
        (.html, "report.html"),
    ])
    func `each format reads as it is kept`(format: ReportFormat, name: String) throws {
        let report = try Sample.report()
        var text = try format.render(report)
        if format == .html {
            // The document in it is tested by reading it again.
            let digest = try EmbeddedDocument.element(of: report).digest
            text = text.replacing(try EmbeddedDocument.text(of: report), with: "DOCUMENT").replacing(
                digest, with: "DIGEST")
        }
        try Golden.check(text, name, planID: try #require(report.plan?.planID))
    }

    @Test func `text is forty lines at most, however much there is, and the verdict comes last`() throws {
        var report = try Sample.report()
        let hook = try #require(report.run?.hooks.first)
        report.run?.hooks = Array(repeating: hook, count: 500)
        report.run?.remains = (0..<50).map { "pin \($0)" }
        report.run?.state = .residual
        report.run?.proof?.differences = (0..<50).map { "difference \($0)" }
        report.journal = Array(repeating: report.journal[0], count: 300)
        report.commands = Array(repeating: Sample.commands[0], count: 40)
        report.unobserved = Array(repeating: Unobserved(what: "x", why: "y"), count: 90)
        let occupancy = try #require(report.gain?.occupancy.first)
        report.gain?.occupancy = Array(repeating: occupancy, count: 30)
        for report in [report, try Sample.report(), try Sample.bareReport(), try Sample.hostileReport()] {
            let lines = ReportText.render(report).split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count - 1 <= 40, "\(lines.joined(separator: "\n"))")
            #expect(lines.dropLast(2).last?.hasPrefix("Rolled back") == true)
        }
    }

    @Test func `of a plan alone it says that nothing was changed`() throws {
        for blocked in [false, true] {
            let plan = try Sample.plan(blocked: blocked)
            var report = ReportDocument(
                createdAt: Sample.time, tool: plan.tool, node: plan.node, run: nil, startedAt: plan.createdAt,
                endedAt: nil, plan: plan)
            report.gain = Gain(plan)
            report.unobserved = Unseen.of(report, isThisBoot: true)
            for format in ReportFormat.allCases where format != .json && format != .prometheus {
                let text = try format.render(report)
                #expect(text.contains("nothing was changed"), "\(format)")
                #expect(text.contains("MIG1301") == blocked, "\(format)")
            }
            #expect(ReportText.render(report).contains("not measured"))
            #expect(try ReportHTML.render(report).contains("What would be changed"))
        }
    }

    @Test func `what was not measured is no number in any format`() throws {
        var report = try Sample.report()
        report.gain?.updates = [Gain.Updates(mapID: 41, map: "app_info", method: .notMeasured, note: "read once")]
        report.gain?.lookedAt = nil
        #expect(!ReportPrometheus.render(report).contains("migrate_map_updates_per_hour"))
        #expect(!ReportPrometheus.render(report).contains("migrate_retired"))
        // JUnit holds the text as well.
        for (format, count) in [(ReportFormat.text, 2), (.markdown, 2), (.junit, 4), (.html, 2)] {
            let parts = try format.render(report).components(separatedBy: "not measured")
            #expect(parts.count - 1 == count, "\(format)")
        }
        let short = Gain.Updates(mapID: 41, map: "app_info", method: .twoReadings, intervalMs: 400, keysChanged: 3)
        #expect(short.perHour == nil)
        #expect(
            Gain.Updates(mapID: 1, map: "", method: .twoReadings, intervalMs: 60_000, keysChanged: 2).perHour == 120)
    }

    @Test func `a claim is shown, failed or not shown by the document alone`() throws {
        func standing(_ name: String, _ change: (inout ReportDocument) throws -> Void) throws -> Claim.Standing? {
            var report = try Sample.report()
            try change(&report)
            return Claims.of(report).first { $0.name == name }?.standing
        }
        #expect(try standing("entries") { _ in } == .shown)
        #expect(try standing("entries") { $0.plan = try Sample.plan(blocked: true) } == .failed)
        #expect(try standing("equivalence") { _ in } == .notShown)
        #expect(try standing("equivalence") { $0.plan?.equivalence.ran = true } == .shown)
        #expect(try standing("health") { $0.run?.health?[0].check.isHealthy = false } == .failed)
        #expect(try standing("health") { $0.run?.health = nil } == .notShown)
        #expect(try standing("outcome") { _ in } == .shown)
        #expect(try standing("outcome") { $0.run?.proof?.add(differences: ["hz2"]) } == .failed)
        #expect(try standing("outcome") { $0.run?.proof = nil } == .notShown)
        #expect(
            try standing("outcome") {
                $0.run?.state = .committed
                $0.run?.proof = nil
                $0.run?.hooks[0].standing = .others
            } == .failed)
    }

    @Test func `a long series of samples is thinned, its ends stay`() {
        let samples = (0..<1000).map { TrafficSample(atNs: UInt64($0), legacy: 0, replacement: 0) }
        let thin = TrafficSample.thinned(samples)
        #expect(thin.count <= 240 && thin.count > 100 && thin.first?.atNs == 0 && thin.last?.atNs == 999)
    }
}
