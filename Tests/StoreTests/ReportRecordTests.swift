import FoundationEssentials
import Model
import ModelSamples
import Testing

@testable import Store

/// What a report tells beyond the run: who gave the commands, the clock that nobody sets back, the traffic.
@Suite struct ReportRecordTests {
    let scratch: Scratch
    let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
        try store.create(run: Sample.run(planID: "p-1"))
    }

    private let run = "r-77aa88bb99cc"

    @Test func `each command is kept once, and its steps name it`() throws {
        for (number, command) in Sample.commands.enumerated() {
            for step in 0..<2 {
                let sequence = try store.begin(
                    run: run, phase: "pin", intent: "\(step)", ns: .max - 1, command: command)
                try store.end(run: run, sequence: sequence, evidence: "done", ns: .max)
                #expect(try store.journal(run: run).last?.command == number + 1)
            }
        }
        _ = try store.begin(run: run, phase: "pin", intent: "by nobody")
        #expect(try store.commands(run: run) == Sample.commands)
        let journal = try store.journal(run: run)
        #expect(journal.map(\.command) == [1, 1, 2, 2, nil])
        #expect(journal[0].startedNs == .max - 1 && journal[0].nanoseconds == 1 && journal[4].nanoseconds == nil)
    }

    @Test func `traffic stands with the trial of a run`() throws {
        #expect(try store.traffic(run: run) == nil)
        try store.set(traffic: Sample.traffic, run: run)
        #expect(try store.traffic(run: run) == nil)
        let trial = RunTrial(share: .whole, breaker: nil, check: nil, everySeconds: 5)
        try store.set(trial: trial, run: run)
        try store.set(traffic: Sample.traffic, run: run)
        try store.set(trial: trial, run: run)
        #expect(try store.traffic(run: run) == Sample.traffic)
    }
}
