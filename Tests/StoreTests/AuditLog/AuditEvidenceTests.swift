import FoundationEssentials
import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

/// What the log says of the rest of the database.
@Suite struct AuditEvidenceTests {
    let scratch: Scratch
    let run: RunRecord

    init() throws {
        scratch = try Scratch()
        run = try scratch.commitRun()
    }

    private func disagreements() throws -> [String] { try AuditFile.read(scratch.path).disagreements }

    @Test func `what was kept is as it was kept, and pruning is no tampering`() throws {
        #expect(try disagreements() == [])
        let store = try scratch.command(.existing)
        try store.update(run: run.id, state: .rollingBack, reason: .operator)
        try store.set(proof: Proof(vanished: [], differences: [], changedByOthers: []), run: run.id)
        try store.update(run: run.id, state: .rolledBack)
        try store.save(try Sample.shadow())
        for index in 1...4 { _ = try store.saveSample(snapshot: "s-00000000000\(index)") }
        _ = try store.prune(keep: 1)
        try store.checkpointAndClose()
        #expect(try disagreements() == [])
    }

    @Test(arguments: [
        ("UPDATE plans SET document = replace(document, '6.1', '6.9')", "plan "),
        (
            "INSERT INTO plans (plan_id, created_at, document) VALUES ('p-x', '2026-01-01T00:00:00.000Z', '{}')",
            "plan p-x"
        ),
        ("UPDATE runs SET state = 'finalized'", "is finalized in the database, and committed in the log"),
        ("UPDATE runs SET reason = 'health'", "in the database"),
        ("UPDATE runs SET run_id = 'r-other'; ", "run r-other is in the database, and not in the log"),
        ("DELETE FROM runs", "is in the log, and not in the database"),
    ])
    func `what was changed beside the log is named`(sql: String, words: String) throws {
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            try db.execute(sql: sql)
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try queue.close()
        #expect(try scratch.findings().isEmpty)
        let found = try disagreements()
        #expect(found.contains { $0.contains(words) }, "\(found)")
        let file = try AuditFile.read(scratch.path)
        var verification = AuditVerification(source: file.path, lines: file.lines)
        verification.disagreements = file.disagreements
        let document = try verification.document()
        #expect(!document.intact && document.findings.allSatisfy { $0.code == "MIG1440" })
    }

    @Test func `a proof and a shadow are vouched for, too`() throws {
        let store = try scratch.command(.existing)
        try store.set(proof: Proof(vanished: [], differences: ["x"], changedByOthers: []), run: run.id)
        try store.save(try Sample.shadow())
        try store.checkpointAndClose()
        #expect(try disagreements() == [])
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    UPDATE runs SET proof = replace(proof, '"x"', '');
                    UPDATE shadows SET document = replace(document, '"agreed"', '"agreeD"');
                    PRAGMA wal_checkpoint(TRUNCATE)
                    """)
        }
        try queue.close()
        #expect(try disagreements().count == 2)
    }

    @Test func `what is from before the log is nobody's to vouch for`() throws {
        let older = try Scratch()
        let queue = try DatabaseQueue(path: older.path)
        try Schema.migrator.migrate(queue, upTo: "v0012_order")
        try queue.write { db in
            try RunRows.insert(Sample.run(id: "r-1", planID: "p-1"), into: db)
            try db.execute(
                sql:
                    "INSERT INTO plans (plan_id, created_at, document) VALUES ('p-1', '2026-01-01T00:00:00.000Z', '{}')"
            )
        }
        try queue.close()
        _ = try older.commitRun()
        #expect(try AuditFile.read(older.path).disagreements == [])
    }
}
