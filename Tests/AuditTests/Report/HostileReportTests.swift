import Model
import ModelSamples
import Testing

@testable import Audit

/// Names with markup and control characters, wherever a name comes from outside.
@Suite struct HostileReportTests {
    @Test(arguments: ReportFormat.allCases)
    func `no format hands on what steers a terminal or a parser`(format: ReportFormat) throws {
        let text = try format.render(try Sample.hostileReport())
        let hidden = text.unicodeScalars.filter {
            $0 != "\n" && ($0.value < 0x20 || (format != .json && Shown.isHidden($0)))
        }
        #expect(hidden.isEmpty, "\(hidden.map { String($0.value, radix: 16) })")
        #expect(text.contains("x1b") || format == .json)
    }

    @Test func `in a page no name is markup`() throws {
        let html = try ReportHTML.render(try Sample.hostileReport())
        let scalars = Array(html.unicodeScalars)
        // The one script is the document.
        #expect(html.components(separatedBy: "<script").count == 2)
        #expect(!html.contains("<script>alert"))
        // A quote that carries a combining mark is a quote all the same.
        for (index, scalar) in scalars.enumerated() where scalar == "\u{301}" {
            #expect(!["\"", "<"].contains(scalars[index - 1]) || scalars[index - 2] == "\\", "at \(index)")
        }
    }

    @Test func `escaping goes by scalars`() {
        #expect(EscapedScalars().escapeText("\"\u{301}<\u{301}&'") == "&quot;\u{301}&lt;\u{301}&amp;&#39;")
        #expect(MetricText.escaped("\"\u{301}\\").unicodeScalars.elementsEqual("\\\"\u{301}\\\\".unicodeScalars))
        #expect(XMLText.escaped("\u{0}\u{fffe}<").hasPrefix("\\x00\\u{fffe}&lt;"))
        #expect(
            ReportMarkdown.escaped("|<b>`\u{301}").unicodeScalars.elementsEqual("\\|\\<b\\>\\`\u{301}".unicodeScalars))
    }
}
