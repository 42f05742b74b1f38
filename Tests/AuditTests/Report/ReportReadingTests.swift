import Foundation
import Model
import ModelSamples
import Testing

@testable import Audit

@Suite struct ReportReadingTests {
    private func failure(_ bytes: [UInt8]) -> MigrateError? {
        do throws(MigrateError) {
            _ = try ReportDocument.read(bytes, named: "r.json")
            return nil
        } catch { return error }
    }

    @Test func `JSON and the page give the same document, and the same text`() throws {
        for sample in [try Sample.report(), try Sample.hostileReport()] {
            // Dates are written to the second.
            let report = try JSON.decode(ReportDocument.self, from: JSON.canonical(sample))
            let text = ReportText.render(report)
            for format in [ReportFormat.json, .html] {
                let read = try ReportDocument.read(Array(try format.render(report).utf8), named: "r")
                #expect(try JSON.canonical(read) == JSON.canonical(report))
                #expect(ReportText.render(read) == text)
            }
        }
    }

    @Test func `a file that is cut off is an error, wherever it ends`() throws {
        for format in [ReportFormat.json, .html] {
            let bytes = Array(try format.render(try Sample.report()).utf8)
            let end = format == .html ? bytes.count - 40 : bytes.count - 2
            for length in stride(from: 0, to: end, by: 211) + [end] {
                let error = failure(Array(bytes.prefix(length)))
                #expect(error?.code == .unreadableReport && error?.code.exit == .badInput, "\(format) \(length)")
            }
        }
    }

    @Test func `another major version or kind is refused, a minor one and unknown keys are read`() throws {
        let text = try ReportJSON.render(try Sample.report())
        let head = "\"format_version\" : \"1.0\",\n  \"gain\""
        #expect(text.contains(head))
        func with(_ version: String) -> [UInt8] {
            Array(text.replacing(head, with: "\"format_version\" : \"\(version)\",\n  \"later\" : [1], \"gain\"").utf8)
        }
        let error = failure(with("2.0"))
        #expect(error?.code == .otherVersion && error?.facts == ["its format is 2.0, this program reads 1.0"])
        #expect(failure(with("1.7")) == nil)
        let plan = Array(try JSON.pretty(try Sample.plan()).utf8)
        #expect(failure(plan)?.facts == ["it is a document of kind plan"])
        #expect(failure(Array("[]".utf8))?.code == .unreadableReport)
        #expect(failure(Array("<html></html>".utf8))?.code == .unreadableReport)
    }

    @Test func `a page that was edited is told from one that is whole`() throws {
        let html = try ReportHTML.render(try Sample.report())
        #expect(failure(Array(html.utf8)) == nil)
        let edited = html.replacing("\"identical\":true", with: "\"identical\":true ")
        #expect(edited != html && failure(Array(edited.utf8))?.code == .editedReport)
    }
}
