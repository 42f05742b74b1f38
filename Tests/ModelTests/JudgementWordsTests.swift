import FoundationEssentials
import Model
import Testing

@Suite struct JudgementWordsTests {
    /// docs/inventory.md says the same as `migrate explain healed`.
    @Test func `every verdict and effect is in the documentation, word for word`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = String(decoding: try Data(contentsOf: root.appending(path: "docs/inventory.md")), as: UTF8.self)
        let rows = text.split(separator: "\n").map(String.init).filter {
            $0.hasPrefix("| verdict |") || $0.hasPrefix("| effect |")
        }
        let expected =
            Verdict.allCases.map { "| verdict | `\($0.rawValue)` | \($0.why) |" }
            + Effect.allCases.map { "| effect | `\($0.rawValue)` | \($0.why) |" }
        #expect(rows == expected)
    }
}
