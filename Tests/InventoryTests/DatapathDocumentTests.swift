import Foundation
import Kernel
import Model
import Testing

/// docs/datapath.md has the lists that the code has.
@Suite struct DatapathDocumentTests {
    private let rows: [[String]]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = String(decoding: try Data(contentsOf: root.appending(path: "docs/datapath.md")), as: UTF8.self)
        rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test func `every difference by design, word for word, and no other`() {
        for one in DesignedDifference.allCases {
            let row = ["`\(one.rawValue)`", one.isSeenInTestRuns ? "yes" : "no", one.why]
            #expect(rows.contains(row), "| \(row.joined(separator: " | ")) |")
        }
    }

    @Test func `every kind of packet, and no other`() {
        let designed = Set(DesignedDifference.allCases.map(\.rawValue))
        let kinds = PacketKind.allCases.map(\.rawValue)
        let listed = rows.filter { $0.count == 3 && !["yes", "no"].contains($0[1]) }.map { $0[0] }
        #expect(listed == kinds.map { "`\($0)`" })
        let differences = rows.filter { $0.count == 3 && ["yes", "no"].contains($0[1]) }.map { $0[0] }
        #expect(Set(differences) == Set(designed.map { "`\($0)`" }) && differences.count == designed.count)
    }

    @Test func `every pure helper and kfunc with its reason, and no other`() {
        var expected = PureHelpers.all.map { ["`bpf_\($0.name)`", $0.why] }
        expected += PureHelpers.kfuncs.sorted { $0.key < $1.key }.map { ["`\($0.key)`", $0.value] }
        #expect(rows.filter { $0.count == 2 } == expected)
    }
}
