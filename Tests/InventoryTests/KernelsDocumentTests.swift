import Foundation
import Kernel
import Testing

/// docs/kernels.md tells what the code says of each feature; which kernel has it, `make test-vm` compares.
@Suite struct KernelsDocumentTests {
    @Test func `every feature with its words, in order, and no other`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = String(decoding: try Data(contentsOf: root.appending(path: "docs/kernels.md")), as: UTF8.self)
        let table = try #require(
            text.split(separator: "<!-- kernels-table -->").last?.split(separator: "<!-- end -->").first)
        let rows = table.split(separator: "\n").dropFirst(2).map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(
            rows.map { Array($0.prefix(3)) + $0.suffix(1) }
                == KernelFeature.allCases.map { ["`\($0.name)`", $0.purpose, $0.since, $0.instead] })
        #expect(rows.allSatisfy { $0.dropFirst(3).dropLast().allSatisfy { ["yes", "no", "refused"].contains($0) } })
    }
}
