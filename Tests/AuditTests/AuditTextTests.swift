import Audit
import Model
import ModelSamples
import Testing

@Suite struct AuditTextTests {
    private let head = AuditHead(sequence: 41, hash: String(repeating: "9f", count: 32))

    private func document(_ lines: [AuditLine], _ expected: [AuditHead] = [], machine: String? = nil) throws
        -> AuditDocument
    {
        try AuditVerification(source: "audit.jsonl", lines: lines, expected: expected, machine: machine).document()
    }

    private func line(_ sequence: Int, after previous: AuditLine?) throws -> AuditLine {
        let before = previous.map { AuditHead(sequence: sequence - 1, hash: $0.hash) }
        let record = AuditRecord(
            kind: previous == nil ? "genesis" : "state", after: before, at: "2026-02-03T04:05:06.789Z",
            machineID: "abc",
            command: nil, event: ["n": sequence])
        let bytes = try JSON.canonical(record)
        return AuditLine(record: bytes, hash: Digest.sha256(bytes))
    }

    private func log() throws -> [AuditLine] {
        var log: [AuditLine] = []
        for sequence in 0..<4 { log.append(try line(sequence, after: log.last)) }
        return log
    }

    @Test func `whole, as far as can be known`() throws {
        let log = try log(), last = AuditHead(sequence: 3, hash: log[3].hash)
        #expect(
            AuditText.render(try document(log)) == """
                Audit log audit.jsonl
                  4 records since 2026-02-03T04:05:06.789Z, of machine abc
                  head \(last)

                Without a head that was kept elsewhere (--expect-head) nobody can see that the end is missing, or that all was written anew.

                The audit log is intact; whether it is complete, nobody has said.
                  Hold it to a head that was kept:  migrate audit verify --expect-head HEAD

                """)
        let held = AuditText.render(try document(log, [last]))
        #expect(held.contains("The audit log is intact, and complete up to every head that was expected.\n"))
    }

    @Test func `every finding has its sentence and its code, and the verdict is last`() throws {
        var log = try log()
        log.swapAt(1, 2)
        let text = AuditText.render(try document(log, [head], machine: "def"))
        for code in [Code.auditMoved, .auditCutOff, .auditOtherMachine] {
            #expect(text.contains("[\(code.text)]"), "\(text)")
        }
        #expect(text.contains("record 0 is of machine abc, not of def") && text.contains("record 41 was there once"))
        #expect(
            text.hasSuffix("The audit log is broken.\n  See what that means:  migrate explain MIG1443\n")
                || text.contains("broken.\n"))
        let empty = AuditText.render(try document([]))
        #expect(empty.contains("The audit log is empty.") && empty.contains("begins with the next command"))
    }

    @Test func `a run says in one line where the log stands`() throws {
        var run = RunDocument(Sample.run(planID: "p-1", state: .committed), changed: true)
        let without = RunText.render(run)
        run.audit = AuditMark(sequence: 41, hash: head.hash)
        let lines = Set(RunText.render(run).split(separator: "\n")).subtracting(without.split(separator: "\n"))
        #expect(lines == ["Audit log: record 41, head \(head)"])
    }

    @Test func `a run that a reboot took says so with its code`() {
        let run = RunDocument(Sample.run(planID: "p-1", state: .gone), changed: false)
        #expect(RunText.render(run).contains("[\(Code.goneWithBoot.text)]"))
    }
}
