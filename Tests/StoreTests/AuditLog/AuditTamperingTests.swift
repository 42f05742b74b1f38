import FoundationEssentials
import GRDB
import Glibc
import Model
import ModelSamples
import Testing

@testable import Store

/// Every kind of tampering, in the file itself.
@Suite struct AuditTamperingTests {
    let scratch: Scratch
    let head: AuditHead
    let count: Int

    init() throws {
        scratch = try Scratch()
        _ = try scratch.commitRun()
        head = try scratch.head()
        count = try scratch.lines().count
    }

    @Test func `SQL that would change the log is refused`() throws {
        let queue = try DatabaseQueue(path: scratch.path)
        for sql in [
            "UPDATE audit_rows SET record = '{}' WHERE sequence = 3", "DELETE FROM audit_rows WHERE sequence = 3",
            "DELETE FROM audit_rows", "INSERT OR REPLACE INTO audit_rows SELECT * FROM audit_rows WHERE sequence = 3",
            "INSERT INTO audit_rows SELECT sequence + 7, record, hash FROM audit_rows WHERE sequence = 3",
        ] {
            let error = #expect(throws: DatabaseError.self, "\(sql)") {
                try queue.write { try $0.execute(sql: sql) }
            }
            #expect(error?.message == "the audit log is append-only", "\(sql)")
        }
        try queue.close()
        #expect(try scratch.findings(expecting: [head]).isEmpty)
    }

    @Test(arguments: [
        ("UPDATE audit_rows SET record = replace(record, 'provisional', 'finalized') WHERE sequence = 5", [5]),
        (
            "UPDATE audit_rows SET hash = CASE substr(hash, 1, 1) WHEN '0' THEN '1' ELSE '0' END || substr(hash, 2) WHERE sequence = 4",
            [4]
        ),
        (
            "UPDATE audit_rows SET record = json_set(record, '$.event.actor.uid', 1000) WHERE json_extract(record, '$.kind') = 'command'",
            [1, 3, 6]
        ),
    ])
    func `an edit`(sql: String, records: [Int]) throws {
        try scratch.tamper(sql)
        #expect(
            try scratch.findings(expecting: [head]).filter { $0.code == .auditEdited }
                == records.map(AuditFinding.edited))
    }

    @Test func `an edit with a hash that fits`() throws {
        try anew(5)
        #expect(try scratch.findings(expecting: [head]) == [.edited(5)])
    }

    @Test func `an edit of the last record with a hash that fits is a fork, if a head was kept`() throws {
        try anew(count - 1)
        #expect(try scratch.findings().isEmpty)
        #expect(try scratch.findings(expecting: [head]) == [.forked(expected: head, shared: nil)])
    }

    /// Exchanges one record's words and hash.
    private func anew(_ sequence: Int) throws {
        let line = try scratch.lines()[sequence]
        let text = String(decoding: line.record, as: UTF8.self).replacing("\"at\":\"2", with: "\"at\":\"1")
        try scratch.tamper(
            "UPDATE audit_rows SET record = '\(text)', hash = '\(Digest.sha256(Array(text.utf8)))' WHERE sequence = \(sequence)"
        )
    }

    @Test func `an insertion, with all that follows moved on`() throws {
        let before = AuditHead(sequence: 4, hash: try scratch.lines()[4].hash)
        let record = AuditRecord(
            kind: "state", after: before, at: "2026-02-03T04:05:06.789Z", machineID: Sample.origin.machineID,
            command: 3,
            event: AuditEvent.Transition(runID: "r-1", planID: "p-1", state: .finalized, reason: nil))
        let text = String(decoding: try JSON.canonical(record), as: UTF8.self)
        try scratch.tamper(
            """
            CREATE TABLE moved AS SELECT * FROM audit_rows WHERE sequence >= 5;
            DELETE FROM audit_rows WHERE sequence >= 5;
            INSERT INTO audit_rows SELECT sequence + 1, record, hash FROM moved;
            INSERT INTO audit_rows VALUES (5, '\(text)', '\(Digest.sha256(Array(text.utf8)))');
            DROP TABLE moved;
            """)
        #expect(try scratch.findings(expecting: [head]) == [.inserted(after: 4)])
    }

    @Test func `a removal, with and without the gap`() throws {
        try scratch.tamper("DELETE FROM audit_rows WHERE sequence IN (3, 4)")
        #expect(try scratch.findings(expecting: [head]) == [.removed(3...4)])
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.writeWithoutTransaction { db in
            for sequence in 5..<count {
                try db.execute(
                    sql: "UPDATE audit_rows SET sequence = sequence - 2 WHERE sequence = ?", arguments: [sequence])
            }
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try queue.close()
        #expect(try scratch.findings(expecting: [head]) == [.removed(3...4)])
    }

    @Test func `another order`() throws {
        try scratch.tamper(
            """
            UPDATE audit_rows SET sequence = 99 WHERE sequence = 4;
            UPDATE audit_rows SET sequence = 4 WHERE sequence = 5;
            UPDATE audit_rows SET sequence = 5 WHERE sequence = 99;
            """)
        #expect(try scratch.findings(expecting: [head]) == [.moved(5)])
    }

    @Test func `a cut-off end, and a log that is gone`() throws {
        try scratch.tamper("DELETE FROM audit_rows WHERE sequence > 5")
        #expect(try scratch.findings().isEmpty)
        #expect(try scratch.findings(expecting: [head]) == [.cutOff(last: 5, expected: head)])
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.writeWithoutTransaction {
            try $0.execute(sql: "DELETE FROM audit_rows; PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try queue.close()
        #expect(try scratch.findings(expecting: [head]) == [.cutOff(last: nil, expected: head)])
        // It begins anew: with another genesis.
        _ = try scratch.commitRun(again: "r-000000000077")
        #expect(
            try scratch.findings(expecting: [head]).map(\.code).allSatisfy { $0 == .auditForked || $0 == .auditCutOff })
        #expect(try !scratch.findings(expecting: [head]).isEmpty)
    }

    @Test func `a database that was put back from a backup and went on is forked`() throws {
        let backup = scratch.directory + "/state/backup.db"
        try FileManager.default.copyItem(atPath: scratch.path, toPath: backup)
        _ = try scratch.commitRun(again: "r-000000000001")
        let later = try scratch.head()
        try FileManager.default.removeItem(atPath: scratch.path)
        try FileManager.default.moveItem(atPath: backup, toPath: scratch.path)
        #expect(try scratch.findings(expecting: [later]) == [.cutOff(last: count - 1, expected: later)])
        _ = try scratch.commitRun(again: "r-000000000002")
        #expect(try scratch.findings(expecting: [head]).isEmpty)
        #expect(try scratch.findings(expecting: [head, later]) == [.forked(expected: later, shared: count - 1)])
    }

    @Test func `another machine's database`() throws {
        let other = "ffffffffffffffffffffffffffffffff"
        #expect(
            try scratch.findings(machine: other)
                == [.otherMachine(sequence: 0, found: Sample.origin.machineID, expected: other)])
    }
}
