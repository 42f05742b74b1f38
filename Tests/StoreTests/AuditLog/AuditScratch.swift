import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

extension Sample {
    /// Whoever writes in these tests.
    static let origin = AuditOrigin(
        machineID: "0123456789abcdef0123456789abcdef", bootID: Sample.node.bootID, node: "node-1",
        actor: .init(uid: 0, loginUID: 1000, sudoUser: "ada"), arguments: ["migrate", "apply"],
        tool: Tool(version: "0.1.0", object: "ab"))
}

extension Scratch {
    /// As a command opens it.
    func command(_ access: Store.Access = .readWrite) throws -> Store {
        try Store.open(path: path, access: access, origin: Sample.origin)
    }

    /// A run from its plan to its commit, as several commands make it, and all of it in the one file.
    func commitRun(again id: String = "r-77aa88bb99cc") throws -> RunRecord {
        let planner = try command()
        let plan = try planner.saveSample(snapshot: "s-\(id.dropFirst(2))")
        try planner.checkpointAndClose()
        let run = Sample.run(id: id, planID: plan.planID)
        let applier = try command()
        try applier.create(run: run)
        for phase in ["pin", "flip"] {
            let line = try applier.begin(run: run.id, phase: phase, intent: "as planned")
            try applier.end(run: run.id, sequence: line, evidence: "done")
        }
        try applier.update(run: run.id, state: .provisional)
        try applier.checkpointAndClose()
        let confirmer = try command(.existing)
        _ = try confirmer.begin(run: run.id, phase: "commit", intent: "committed")
        try confirmer.update(run: run.id, state: .committed)
        _ = try confirmer.append(
            audit: .result(try .init(RunDocument(confirmer.run(idPrefix: run.id), changed: true))))
        try confirmer.checkpointAndClose()
        return run
    }

    /// What is wrong with the log of the file as it stands.
    func findings(expecting expected: [AuditHead] = [], machine: String? = nil) throws -> [AuditFinding] {
        AuditChain(try lines()).judge(expecting: expected, machine: machine)
    }

    func lines() throws -> [AuditLine] { try AuditFile.read(path).lines }
    func head() throws -> AuditHead { try #require(AuditChain(try lines()).head) }

    /// SQL by somebody who has taken the triggers away.
    func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            for name in ["changed", "deleted"] { try db.execute(sql: "DROP TRIGGER audit_rows_are_not_\(name)") }
            try db.execute(sql: "DROP TRIGGER audit_rows_are_appended")
            try db.execute(sql: sql)
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try queue.close()
    }
}
