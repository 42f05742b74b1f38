import Foundation
import Model
import Testing

/// The words of documents and texts beside the program: every one is known to `explain`, and to docs/words.md.
@Suite struct GlossaryTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Enumerations that are no words for people: formats, keys, options, and what a document's key says already.
    private static let others: Set<String> = [
        "CodingKeys", "Key", "ReportFormat", "BPFObjectKind", "KernelFeature", "Code", "OutputFormat",
        "MembershipArgument", "RecordKind", "TypeLayout.Kind", "ByteOrder", "L4Protocol", "OnFailure", "AddressFamily",
        "Gain.Kind", "Form", "DiffDocument.Source", "SystemLogLine.Event", "Capability", "PrivilegedVerb",
    ]

    /// A value of an enumeration, as documents write it.
    private struct Value {
        var place: String
        var word: String
    }

    private static func values() throws -> [Value] {
        let base = root.appending(path: "Sources").path
        let paths = try FileManager.default.subpathsOfDirectory(atPath: base).filter {
            $0.hasSuffix(".swift") && !$0.hasPrefix("Lab")
        }
        var values: [Value] = []
        for path in paths {
            let text = try String(contentsOfFile: base + "/" + path, encoding: .utf8)
            let file = URL(filePath: path).deletingPathExtension().lastPathComponent
            for declaration in text.matches(of: #/enum (\w+): String[^{\n]*\{/#) {
                let name = String(declaration.1)
                guard !others.contains(name), !others.contains("\(file).\(name)") else { continue }
                let body = text[declaration.range.upperBound...].prefix { $0 != "}" }
                values += words(in: body).map { Value(place: "\(path) \(name)", word: $0) }
            }
        }
        return values
    }

    /// What stands behind each `case`: the name, or the text that it is given. A pattern has a colon.
    private static func words(in body: Substring) -> [String] {
        var words: [String] = []
        for line in body.split(separator: "\n").map({ $0.drop(while: \.isWhitespace) })
        where line.hasPrefix("case ") && !line.contains(":") {
            for part in line.dropFirst(5).split(separator: ",") {
                let given = part.firstMatch(of: #/"([^"]+)"/#).map { String($0.1) }
                words.append(given ?? String(part.filter { $0.isLetter || $0.isNumber }))
            }
        }
        return words
    }

    @Test func `every word that an enumeration puts into documents is explained`() throws {
        let values = try Self.values()
        #expect(values.count > 150)
        #expect(values.contains { $0.word == "too-few-packets" } && values.contains { $0.word == "rolled-back" })
        let unknown = values.filter { Glossary.meanings(of: $0.word).isEmpty }
        #expect(unknown.map { "\($0.place): \($0.word)" } == [])
    }

    @Test func `every counter and every answer of the FIB helper is explained`() throws {
        let path = Self.root.appending(path: "Sources/Kernel/Redirect/RedirectOutcome.swift").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let names = text.matches(of: #/case (?:\.\w+|\d+): "([a-z_-]+)"/#).map { String($0.1) }
        #expect(names.count >= 30 && names.contains("fell_forward") && names.contains("no-neighbor"))
        #expect(names.filter { Glossary.meanings(of: $0).isEmpty } == [])
    }

    @Test func `what is no enumeration's is explained as well`() {
        for word in ["drift", "residue", "leftovers", "remains", "widened", "lost", "idle", "unknown"] {
            #expect(!Glossary.meanings(of: word).isEmpty, "\(word)")
        }
        #expect(Glossary.meanings(of: "Fib-Miss").map(\.word) == ["fib_miss"])
        #expect(Glossary.meanings(of: "nothing").isEmpty)
        // A word of two things is explained for both.
        #expect(Glossary.meanings(of: "gone").map(\.type) == ["effect of an entry", "state of a run"])
    }

    @Test func `one meaning of one thing, in one sentence at least`() {
        for meaning in Glossary.all {
            #expect(meaning.explanation.hasSuffix(".") && meaning.explanation.count > 10, "\(meaning)")
        }
        let keys = Glossary.all.map { "\($0.word) \($0.type)" }
        #expect(Set(keys).count == keys.count)
    }

    @Test func `docs/words.md says the same, word for word`() throws {
        let text = try String(contentsOfFile: Self.root.appending(path: "docs/words.md").path, encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        #expect(rows == Glossary.named.map { "| `\($0.word)` | \($0.type) | \($0.explanation) |" })
    }
}
