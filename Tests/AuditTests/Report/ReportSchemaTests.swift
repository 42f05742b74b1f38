import Foundation
import Model
import ModelSamples
import Testing

@testable import Audit

/// docs/schema/report.schema.json and the documents say the same.
@Suite struct ReportSchemaTests {
    private func schema() throws -> [String: Any] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "docs/schema/report.schema.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func object(_ document: some Encodable) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(try JSON.canonical(document)))
    }

    @Test func `reports, plans and runs fit`() throws {
        let schema = try schema()
        for report in [try Sample.report(), try Sample.bareReport(), try Sample.hostileReport()] {
            #expect(SchemaCheck.faults(try object(report), schema) == [])
        }
        let parts = try #require(schema["$defs"] as? [String: [String: Any]])
        func part(_ name: String) throws -> [String: Any] {
            try #require(parts[name]).merging(["$defs": parts]) { $1 }
        }
        for plan in [try Sample.plan(), try Sample.plan(blocked: true)] {
            #expect(SchemaCheck.faults(try object(plan), try part("plan")) == [])
        }
        #expect(SchemaCheck.faults(try object(Sample.rolledBack(planID: "p-1")), try part("run")) == [])
    }

    @Test func `what is missing, misnamed or of another kind does not fit`() throws {
        let schema = try schema()
        var report = try #require(try object(try Sample.report()) as? [String: Any])
        report["node"] = nil
        report["created_at"] = 7
        report["nodes"] = 1
        var run = try #require(report["run"] as? [String: Any])
        run["state"] = "well"
        report["run"] = run
        #expect(
            SchemaCheck.faults(report, schema).sorted() == [
                "$.created_at is no text", "$.node is missing", "$.nodes is not known",
                "$.run.state: well is none of \(RunState.allCases.map(\.rawValue).map(AnyHashable.init))",
            ])
    }
}
