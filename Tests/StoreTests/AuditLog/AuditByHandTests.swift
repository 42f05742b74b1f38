import FoundationEssentials
import Glibc
import Model
import Testing

@testable import Store

/// docs/audit.md: the log verified by hand.
@Suite struct AuditByHandTests {
    private let scratch: Scratch
    private let blocks: [String]
    private let export: String

    init() throws {
        scratch = try Scratch()
        _ = try scratch.commitRun()
        export = scratch.directory + "/audit.jsonl"
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/audit.md"), encoding: .utf8)
        blocks = text.components(separatedBy: "```sh\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    private func run(_ block: Int) throws -> String {
        try scratch.write(AuditExport.file(scratch.lines()), to: export)
        try scratch.write(Array(blocks[block].utf8), to: scratch.directory + "/by-hand")
        return try Self.output(of: "DB=\(scratch.path) EXPORT=\(export) sh \(scratch.directory)/by-hand 2>&1")
    }

    private static func output(of line: String) throws -> String {
        let stream = try #require(popen(line, "r"))
        defer { pclose(stream) }
        var text: [UInt8] = []
        while true {
            let byte = fgetc(stream)
            guard byte != EOF else { return String(decoding: text, as: UTF8.self) }
            text.append(UInt8(truncatingIfNeeded: byte))
        }
    }

    @Test(.enabled(if: access("/usr/bin/sqlite3", X_OK) == 0, "needs sqlite3"))
    func `the recipe says what the program says`() throws {
        #expect(blocks.count == 2)
        #expect(try run(0) == "\(scratch.head())\n")
        #expect(try run(1) == "")
        try scratch.tamper("UPDATE audit_rows SET record = replace(record, 'provisional', 'finalized')")
        #expect(try run(0) == "record 6 does not fit the one before it\n")
        #expect(try run(1).split(separator: "\n").count == 2)
    }
}
