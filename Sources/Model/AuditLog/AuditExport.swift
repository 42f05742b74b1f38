/// An audit log as a file of lines: one for each record, then one that says how many there are.
///
/// `{"hash":"…","record":{…}}`: what is between `"record":` and the last brace is hashed, byte for byte.
public enum AuditExport {
    private static let before = Array(#"{"hash":""#.utf8)
    private static let between = Array(#"","record":"#.utf8)
    private static let after = UInt8(ascii: "}")

    /// The last line.
    struct End: Codable {
        var formatVersion = documentFormatVersion
        var kind = "audit-end"
        var records: Int
        var head: String?
    }

    public static func line(_ line: AuditLine) -> [UInt8] {
        before + Array(line.hash.utf8) + between + line.record + [after]
    }

    /// The whole file.
    ///
    /// - Throws: what the encoder throws.
    public static func file(_ lines: [AuditLine]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            bytes += Self.line(line)
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes += try end(records: lines.count, head: lines.last.map { AuditHead(sequence: $0.row, hash: $0.hash) })
        return bytes + [UInt8(ascii: "\n")]
    }

    /// - Throws: what the encoder throws.
    public static func end(records: Int, head: AuditHead?) throws -> [UInt8] {
        try JSON.canonical(End(records: records, head: head?.description))
    }

    /// What the last line of a file says.
    public enum Ending: Hashable, Sendable {
        case head(AuditHead)
        /// Of a log without a record.
        case empty
        /// It is not there.
        case missing

        public var head: AuditHead? {
            if case .head(let head) = self { head } else { nil }
        }
    }

    /// What a file holds.
    public struct Contents: Sendable {
        public var lines: [AuditLine] = []
        public var end = Ending.missing
    }

    /// `nil` for what is no export: its first line is none of one.
    public static func read(_ bytes: [UInt8]) -> Contents? {
        var contents = Contents()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if let record = record(line) {
                contents.lines.append(record)
            } else if let end = try? JSON.decode(End.self, from: Array(line)), end.kind == End(records: 0).kind {
                contents.end =
                    end.head.flatMap { AuditHead($0) }.map(Ending.head) ?? (end.head == nil ? .empty : .missing)
            } else if contents.lines.isEmpty {
                return nil
            } else {
                contents.lines.append(AuditLine(record: Array(line), hash: ""))
            }
        }
        // Half a line at the end tells no more than that the rest is missing.
        if contents.end == .missing, let last = contents.lines.last, last.link == nil { contents.lines.removeLast() }
        return contents.lines.isEmpty && contents.end == .missing ? nil : contents
    }

    private static func record(_ line: ArraySlice<UInt8>) -> AuditLine? {
        guard line.starts(with: before) else { return nil }
        let hash = line.dropFirst(before.count).prefix(64)
        let rest = line.dropFirst(before.count + 64)
        let text = String(decoding: hash, as: UTF8.self)
        guard AuditHead.isHash(text), rest.starts(with: between), rest.last == after else { return nil }
        return AuditLine(record: Array(rest.dropFirst(between.count).dropLast()), hash: text)
    }
}
