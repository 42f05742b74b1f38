import Foundation
import Model
import Testing

/// model/cutover.pml, docs/cutover.md and the code speak of the same states and transitions.
@Suite struct CutoverModelTests {
    private let protocolText: String
    private let properties: String
    private let mistakes: String
    private let document: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let read = { (path: String) in
            String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
        }
        protocolText = try read("model/cutover.pml")
        properties = try read("model/properties.pml")
        mistakes = try read("model/mistakes.pml")
        document = try read("docs/cutover.md")
    }

    /// The names of each `mtype`, in order.
    private var types: [[String]] {
        protocolText.matches(of: /mtype = \{ ([^}]*) \}/).map { match in
            match.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test func `the cell's states are those of the code`() throws {
        #expect(try #require(types.first) == CellState.allCases.map { "\($0)" })
    }

    @Test func `every state of a run is modelled, or said not to be`() throws {
        let code = Set(RunState.allCases.map { "\($0)" })
        let own = Set(try #require(types.dropFirst().first))
        let shared: Set = ["committed", "expired", "rolledBack"]
        let left = try #require(protocolText.firstMatch(of: /not modelled: ([a-zA-Z, ]*)/))
        let unmodelled = Set(left.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        #expect(own.isSubset(of: code) && shared.isSubset(of: code))
        #expect(own.union(shared).isDisjoint(with: unmodelled))
        #expect(own.union(shared).union(unmodelled) == code)
        // A state that the journal is never set to would be a word without a meaning.
        for state in own.union(shared) where !protocolText.contains("journal = \(state)") {
            let isSet = ["becomes = \(state)", "-> \(state) :", "record(\(state)"].contains {
                protocolText.contains($0)
            }
            #expect(isSet || state == "expired", "\(state)")
        }
    }

    @Test func `the transitions of the document are those of the model`() throws {
        let listed = Set(try documented())
        let modelled = Set(
            protocolText.matches(of: /cas\((\w+), (\w+)\)/).map { "\($0.1) -> \($0.2)" }.filter { $0 != "from -> to" })
        #expect(!listed.isEmpty && listed == modelled)
    }

    /// Rows `| state | packets take | successors |`, as `from -> to` in the code's names.
    private func documented() throws -> [String] {
        var found: [String] = []
        let rows = document.split(separator: "\n").drop { !$0.hasPrefix("| state | packets take") }.dropFirst(2)
        for row in rows.prefix(while: { $0.hasPrefix("|") }) {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 3)
            let names = { (text: String) in
                text.replacing(/\([^)]*\)/, with: "").split(separator: ",").compactMap { word in
                    CellState.allCases.first { $0.word == word.trimmingCharacters(in: .whitespaces) }
                }
            }
            let from = names(cells[0])
            #expect(from.count == cells[0].split(separator: ",").count)
            for one in from {
                #expect(one.isFinal == (cells[2] == "none"))
                found += names(cells[2]).map { "\(one) -> \($0)" }
            }
        }
        return found
    }

    @Test func `every mistake names a property, and is made somewhere`() {
        let known = Set(properties.matches(of: /ltl (\w+) \{/).map { String($0.1) })
        let listed = mistakes.matches(of: /#define ([A-Z_]+) +(\d+) \/\* (\w+) \*\//)
        #expect(listed.count > 10 && Set(listed.map(\.2)).count == listed.count)
        for one in listed {
            #expect(known.contains(String(one.3)), "\(one.1)")
            #expect((protocolText + properties).contains("bug(\(one.1))"), "\(one.1)")
        }
    }
}

extension CellState {
    /// As docs/cutover.md spells it.
    fileprivate var word: String { self == .rolledBack ? "rolled-back" : "\(self)" }
}
