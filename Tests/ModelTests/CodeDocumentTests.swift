import FoundationEssentials
import Model
import Testing

@Suite struct CodeDocumentTests {
    /// docs/codes.md says the same as `migrate explain`.
    @Test func `every code is in the documentation, word for word`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = String(decoding: try Data(contentsOf: root.appending(path: "docs/codes.md")), as: UTF8.self)
        let rows = Set(text.split(separator: "\n").map(String.init))
        for code in Code.all {
            let exit = code.exit == .done ? "–" : String(code.exit.rawValue)
            let row = "| \(code.text) | \(exit) | \(code.title) | \(code.explanation) |"
            let isThere = rows.contains(row)
            #expect(isThere, "\(row)")
        }
        #expect(rows.count { $0.hasPrefix("| MIG") } == Code.all.count)
    }
}
