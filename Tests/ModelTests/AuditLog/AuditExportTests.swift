import Model
import Testing

@Suite struct AuditExportTests {
    let log: [AuditLine]
    let text: String

    init() throws {
        log = try AuditSample.log(6)
        text = String(decoding: try AuditExport.file(log), as: UTF8.self)
    }

    @Test func `what was exported is read back byte for byte`() throws {
        let read = try #require(AuditExport.read(Array(text.utf8)))
        #expect(read.lines == AuditSample.withoutRows(log))
        #expect(read.end.head == AuditSample.head(log))
        // Mailers and editors of other systems.
        let windows = try #require(AuditExport.read(Array(text.replacing("\n", with: "\r\n").utf8)))
        #expect(windows.lines == read.lines && windows.end == read.end)
        let empty = try #require(AuditExport.read(try AuditExport.end(records: 0, head: nil)))
        #expect(empty.lines.isEmpty && empty.end == .empty)
    }

    @Test func `cut off anywhere, the end is missing, and what is left is the beginning`() throws {
        let bytes = Array(text.utf8)
        let first = AuditExport.line(log[0]).count
        // Without the last line feed it is whole.
        // Where half a line might look like a whole one, and here and there.
        let places = (0..<(bytes.count - 1)).filter { $0 % 53 == 0 || ($0 > 0 && bytes[$0 - 1] == UInt8(ascii: "}")) }
        for count in places {
            let read = AuditExport.read(Array(bytes.prefix(count)))
            #expect((read == nil) == (count < first), "\(count)")
            guard let read else { continue }
            #expect(read.end == .missing && AuditSample.withoutRows(log).starts(with: read.lines), "\(count)")
            #expect(AuditChain(read.lines).findings.isEmpty)
        }
    }

    @Test func `something else is no export`() {
        for text in ["", "\n", "{}", "[]", "{\"kind\":\"plan\"}", "hello\n" + text] {
            #expect(AuditExport.read(Array(text.utf8)) == nil, "\(text.prefix(20))")
        }
    }

    @Test func `a line that is broken in the middle is a changed record`() throws {
        var lines = text.split(separator: "\n").map(String.init)
        lines[3] = String(lines[3].prefix(100))
        let read = try #require(AuditExport.read(Array(lines.joined(separator: "\n").utf8)))
        #expect(AuditChain(read.lines).findings == [.edited(3)])
    }

    @Test func `heads are read as they are written, and nothing else is`() throws {
        let hash = log[3].hash
        for head in [AuditHead(sequence: 12, hash: hash), AuditHead(sequence: nil, hash: hash)] {
            #expect(AuditHead(head.description) == head)
            #expect(AuditHead(head.description.uppercased()) == head)
        }
        for text in [
            "", ":", "12:", "12", ":\(hash)", "-1:\(hash)", "12:\(hash)0", "x:\(hash)", "1:2:\(hash)",
            String(hash.dropLast()) + "g",
        ] {
            #expect(AuditHead(text) == nil, "\(text)")
        }
    }
}
