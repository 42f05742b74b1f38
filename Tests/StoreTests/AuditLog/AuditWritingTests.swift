import FoundationEssentials
import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

/// What is written into the audit log, and by which transaction.
@Suite struct AuditWritingTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private func kinds() throws -> [String] { try scratch.lines().compactMap { $0.link?.kind } }

    @Test func `a run leaves a record of every command, state and result`() throws {
        let run = try scratch.commitRun()
        #expect(
            try kinds() == [
                "genesis", "command", "plan", "command", "state", "state", "command", "state", "result",
            ])
        let lines = try scratch.lines()
        #expect(AuditChain(lines).judge(expecting: [try scratch.head()], machine: Sample.origin.machineID).isEmpty)
        let commands = try lines.filter { $0.link?.kind == "command" }.map {
            try JSON.decode(AuditRecord<AuditOrigin>.self, from: $0.record)
        }
        #expect(commands.allSatisfy { $0.event == Sample.origin })
        let last = try JSON.decode(AuditRecord<AuditEvent.Transition>.self, from: lines[7].record)
        #expect(last.command == 6 && last.event.runID == run.id && last.event.state == .committed)
    }

    @Test func `records are canonical JSON without floating point`() throws {
        _ = try scratch.commitRun()
        for line in try scratch.lines() {
            let text = String(decoding: line.record, as: UTF8.self)
            #expect(!text.contains(#/":-?[0-9]+[.eE]/#) && !text.contains(": ") && !text.contains(", \""))
            let sequence = try #require(line.link).sequence
            #expect(text.hasPrefix("{\"at\":\"") && text.hasSuffix("\"sequence\":\(sequence)}"))
        }
    }

    @Test func `who looks, and who is refused before anything was written, leaves nothing`() throws {
        try scratch.command().checkpointAndClose()
        let store = try scratch.command(.readOnly)
        #expect(try store.auditHead() == nil && store.auditLines().isEmpty && !store.hasAudited)
    }

    @Test func `a transaction that fails takes its records with it, also the one that says who it was`() throws {
        let store = try scratch.command()
        #expect(migrateError { try store.update(run: "r-none", state: .committed) }?.code == .noRun)
        #expect(try store.auditHead() == nil && !store.hasAudited)
        let run = Sample.run(planID: "p-1")
        try store.create(run: run)
        #expect(migrateError { try store.create(run: run) } != nil)
        try store.update(run: run.id, state: .committed)
        try store.checkpointAndClose()
        #expect(try kinds() == ["genesis", "command", "state", "state"])
        #expect(try scratch.findings().isEmpty)
    }

    @Test func `who acts is on the disk with the first line of the journal`() throws {
        let run = try scratch.commitRun()
        let store = try scratch.command(.existing)
        _ = try store.begin(run: run.id, phase: "restore", intent: "put back")
        // Before that line was ended, and with nothing else written.
        #expect(try store.auditLines().last?.link?.kind == "command")
    }

    @Test func `what must be done is done where the log cannot be written, and that is known`() throws {
        let run = try scratch.commitRun()
        try scratch.tamper("DROP VIEW audit; DROP TABLE audit_rows")
        let store = try scratch.command(.existing)
        try store.update(run: run.id, state: .rolledBack, reason: .operator)
        #expect(try store.run(idPrefix: run.id).state == .rolledBack && store.lostAudit.count == 1)
        // What nobody has begun is not begun.
        #expect(migrateError { try store.create(run: Sample.run(id: "r-2", planID: "p-2")) } != nil)
        #expect(try store.runs().count == 1)
    }

    @Test func `two processes write one chain`() throws {
        _ = try scratch.commitRun()
        let stores = [try scratch.command(.existing), try scratch.command(.existing)]
        for round in 0..<20 {
            try stores[round % 2].create(run: Sample.run(id: "r-0000000000\(10 + round)", planID: "p-1"))
        }
        for store in stores { try store.checkpointAndClose() }
        #expect(try scratch.findings().isEmpty)
        #expect(try kinds().suffix(22).count { $0 == "command" } == 2)
    }

    @Test func `a health check is a record where it says something else than before`() throws {
        let run = try scratch.commitRun(), before = try scratch.lines().count
        let store = try scratch.command(.existing)
        for isHealthy in [true, true, false, false, true] {
            try store.note(
                HealthCheck(
                    moment: .window, subject: .command, vantage: "here", isHealthy: isHealthy,
                    finding: isHealthy ? "ended with 0" : "ended with 1"), run: run.id)
        }
        // Who it was, healthy, unhealthy, healthy.
        #expect(try store.auditLines().count == before + 4)
    }

    @Test func `a refusal that only says the same again is not written again`() throws {
        _ = try scratch.commitRun()
        let refusal = AuditEvent.Refusal(MigrateError(.unknownRun, "cannot resume", facts: ["pins of r-1"]))
        let before = try scratch.lines().count
        for _ in 0..<3 {
            let store = try scratch.command(.existing)
            try store.append(refusal: refusal)
            try store.checkpointAndClose()
        }
        #expect(try scratch.lines().count == before + 2)
        let store = try scratch.command(.existing)
        try store.append(
            refusal: AuditEvent.Refusal(MigrateError(.unknownRun, "cannot resume", facts: ["pins of r-2"])))
        #expect(try store.auditLines().count == before + 4)
    }

    @Test func `a database from before the log says from when on there is one`() throws {
        let queue = try DatabaseQueue(path: scratch.path)
        try Schema.migrator.migrate(queue, upTo: "v0012_order")
        try queue.write { db in
            for id in ["r-1", "r-2"] {
                try RunRows.insert(Sample.run(id: id, planID: "p-1"), into: db)
            }
        }
        try queue.close()
        let store = try scratch.command()
        #expect(try store.auditHead() == nil)
        try store.create(run: Sample.run(id: "r-3", planID: "p-1"))
        try store.checkpointAndClose()
        let first = try #require(try scratch.lines().first)
        let genesis = try JSON.decode(AuditRecord<AuditEvent.Genesis>.self, from: first.record)
        #expect(genesis.event == .init(node: "node-1", earlierPlans: 0, earlierRuns: 2, lastPlanRow: 0, lastRunRow: 2))
        #expect(genesis.machineID == Sample.origin.machineID && genesis.previous == nil && genesis.sequence == 0)
    }
}
