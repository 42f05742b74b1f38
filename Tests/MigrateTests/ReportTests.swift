import Foundation
import Model
import ModelSamples
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// The report of a real run, in every format, by the built program.
    @Suite struct Reports {
        @Test func `a run's report tells who, when and what it buys, and converts without the node`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.apply(plan)
                try node.rollback()
                let text = try node.migrate("report", "--format", "json", run.runID).stdout
                let report = try ReportDocument.read(Array(text.utf8), named: "stdout")
                let schema = try JSONSerialization.jsonObject(
                    with: Data(contentsOf: URL(filePath: try Programs.root + "/docs/schema/report.schema.json")))
                let document = try JSONSerialization.jsonObject(with: Data(text.utf8))
                #expect(SchemaCheck.faults(document, try #require(schema as? [String: Any])) == [])

                let commands = try #require(report.commands)
                #expect(commands.map(\.arguments.first) == ["apply", "rollback"])
                for command in commands {
                    #expect(command.actor.uid == 0 && command.buildID?.count == 40 && command.executable?.count == 64)
                }
                #expect(report.journal.allSatisfy { $0.nanoseconds != nil && $0.command != nil })
                #expect(report.journal.map(\.startedNs) == report.journal.map(\.startedNs).sorted { $0 ?? 0 < $1 ?? 0 })
                let gain = try #require(report.gain)
                #expect(
                    gain.objects.contains { $0.kind == .program && ($0.bytesMemlock ?? 0) > 0 && $0.isLoaded == true })
                #expect(gain.retired.isEmpty && gain.updates.first?.method == .snapshotAndNow)

                try node.sh("cat > \(node.scratch)/report.json <<'END'\n\(text)\nEND")
                for format in ["text", "html", "markdown", "junit", "prometheus"] {
                    let file = "\(node.scratch)/report.json"
                    let converted = try node.migrate("report", "convert", file, "--format", format).stdout
                    #expect(converted.contains(run.runID), "\(format)")
                }

                // Of a directory: nothing but reports counts, and none is an error.
                try node.sh("mkdir \(node.scratch)/none \(node.scratch)/some")
                try node.migrate("report", "merge", "\(node.scratch)/none", exit: 65, code: .noReports)
                try node.sh("cp \(node.scratch)/report.json \(node.scratch)/some")
                try node.migrate("report", "merge", "\(node.scratch)/some", "--out", "\(node.scratch)/fleet")
                #expect(try TextFile.read("\(node.scratch)/fleet.html").contains(Node.name))
            }
        }
    }
}
