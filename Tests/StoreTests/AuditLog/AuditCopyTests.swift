import FoundationEssentials
import Glibc
import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

/// Logs that were taken elsewhere: exports and copies, whole and not.
@Suite struct AuditCopyTests {
    let scratch: Scratch
    let copy: String

    init() throws {
        scratch = try Scratch()
        _ = try scratch.commitRun()
        copy = scratch.directory + "/copy of it?.db"
    }

    private func document(_ file: AuditFile, _ expected: [AuditHead]) throws -> AuditDocument {
        var verification = AuditVerification(source: file.path, lines: file.lines, expected: expected)
        (verification.end, verification.lacksLog) = (file.end, file.lacksLog)
        return try verification.document()
    }

    private func codes(_ expected: [AuditHead]) throws -> [String] {
        try document(AuditFile.read(copy), expected).findings.map(\.code)
    }

    /// As it is while a run waits: the newest records are in the log beside the file.
    private func inUse() throws -> (Store, AuditHead) {
        let store = try scratch.command(.existing)
        try store.create(run: Sample.run(id: "r-000000000009", planID: "p-1"))
        return (store, try #require(try store.auditHead()))
    }

    @Test func `a plain copy of a database in use has lost its tail, and is told to be one`() throws {
        let (store, head) = try inUse()
        try FileManager.default.copyItem(atPath: scratch.path, toPath: copy)
        #expect(try codes([head]) == ["MIG1443"])
        let told = try document(AuditFile.read(copy), [head]).notes
        #expect(told.contains { $0.contains("\(copy)-wal") && $0.contains("VACUUM INTO") })
        // Without a head nobody can know, which is said.
        let unheld = try document(AuditFile.read(copy), [])
        #expect(unheld.intact && unheld.complete == nil && unheld.notes.count == 2)
        // With the log beside it all is there.
        try FileManager.default.copyItem(atPath: scratch.path + "-wal", toPath: copy + "-wal")
        #expect(try codes([head]).isEmpty)
        try store.checkpointAndClose()
    }

    @Test func `VACUUM INTO copies all of a database in use, and nothing is left beside the copy`() throws {
        let (store, head) = try inUse()
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
        let file = try AuditFile.read(copy)
        #expect(!file.lacksLog && file.form == .database)
        #expect(try codes([head]).isEmpty)
        let beside = try FileManager.default.contentsOfDirectory(atPath: scratch.directory).filter {
            $0.hasPrefix("copy")
        }
        #expect(beside.count == 1)
        try store.checkpointAndClose()
    }

    @Test func `a plain copy of a database that was closed is whole`() throws {
        try FileManager.default.copyItem(atPath: scratch.path, toPath: copy)
        let document = try document(AuditFile.read(copy), [try scratch.head()])
        #expect(document.intact && document.complete == true && document.notes.count == 1)
        #expect(scratch.mode("copy of it?.db-wal") == nil && scratch.mode("copy of it?.db-shm") == nil)
    }

    @Test func `an export is complete, and cut off anywhere it is not`() throws {
        let lines = try scratch.lines(), head = try scratch.head()
        let bytes = try Array(AuditExport.file(lines).dropLast())
        try scratch.write(bytes, to: copy)
        #expect(try codes([head]).isEmpty && codes([]).isEmpty)
        for left in stride(from: AuditExport.line(lines[0]).count, to: bytes.count, by: 97) {
            try scratch.write(Array(bytes.prefix(left)), to: copy)
            #expect(try codes([]) == ["MIG1447"] && codes([head]).contains("MIG1447"), "\(left)")
        }
        // The last line alone brings what it says.
        try scratch.write(
            AuditExport.line(lines[0]) + [10] + AuditExport.end(records: lines.count, head: head), to: copy)
        #expect(try codes([]) == ["MIG1443"])
    }

    @Test func `what is no log is said to be none`() throws {
        for text in ["", "hello", "{\"kind\":\"plan\"}", "SQLite format 3\0"] {
            try scratch.write(Array(text.utf8), to: copy)
            let code = migrateError { _ = try AuditFile.read(copy) }?.code
            #expect(code == (text.hasPrefix("SQLite") ? .databaseDamaged : .auditUnreadable), "\(text)")
        }
        #expect(migrateError { _ = try AuditFile.read(scratch.directory + "/none") }?.code == .auditUnreadable)
        #expect(migrateError { _ = try AuditFile.read(scratch.directory) }?.code == .auditUnreadable)
        let other = scratch.directory + "/other.db"
        let queue = try DatabaseQueue(path: other)
        try queue.write { try $0.execute(sql: "CREATE TABLE hooks (x)") }
        try queue.close()
        #expect(migrateError { _ = try AuditFile.read(other) }?.code == .auditUnreadable)
    }

    @Test func `a log of another major version is not judged`() throws {
        let record = Array(
            #"{"at":"x","event":{},"format_version":"2.0","kind":"genesis","machine_id":"m","sequence":0}"#.utf8)
        let line = AuditLine(record: record, hash: Digest.sha256(record))
        try scratch.write(AuditExport.line(line) + [10] + AuditExport.end(records: 1, head: nil), to: copy)
        #expect(migrateError { _ = try document(AuditFile.read(copy), []) }?.code == .otherVersion)
    }

    @Test func `names of pods and commands stay in their record`() throws {
        let store = try scratch.command(.existing)
        let hostile = "\u{1b}[2J\n\"}}\u{0}\u{202e}</script>\u{7f}"
        try store.append(refusal: AuditEvent.Refusal(MigrateError(.noRun, hostile, facts: [hostile])))
        try store.checkpointAndClose()
        let lines = try scratch.lines()
        #expect(try scratch.findings().isEmpty && lines.allSatisfy { !$0.record.contains { $0 < 0x20 } })
        let bytes = try AuditExport.file(lines)
        #expect(AuditExport.read(bytes)?.lines == lines.map { AuditLine(record: $0.record, hash: $0.hash) })
    }
}
