import FoundationEssentials
import Model
import ModelSamples
import Testing

@testable import Store

@Suite struct TrialTests {
    private func run() throws -> (Scratch, Store, String) {
        let scratch = try Scratch()
        let store = try scratch.open()
        let plan = try store.saveSample(snapshot: "s-000000000001", at: Sample.time - 3600)
        let run = Sample.run(planID: plan.planID, state: .provisional, startedAt: Sample.time - 1800)
        try store.create(run: run)
        return (scratch, store, run.id)
    }

    @Test func `a trial and its sides come back as they were`() throws {
        let (scratch, store, id) = try run()
        defer { withExtendedLifetime(scratch) {} }
        #expect(try store.trial(run: id) == nil && store.sides(run: id) == nil)
        let sides = TrafficSides(counters: ["redirected": 200, "legacy_share": 4])
        try store.set(sides: sides, run: id)
        #expect(try store.sides(run: id) == nil, "a run without a trial has no sides")
        var trial = RunTrial(
            share: try FlowShare("5%"), breaker: nil, check: "true", everySeconds: 5,
            destinations: [.init(netns: 7, ifindex: 3, address: .v4(0x0a01_0001))])
        try store.set(trial: trial, run: id)
        trial.before = HealthReading(failed: trial.destinations, devices: [], gaps: [.init(netns: 7, why: "x")])
        try store.set(trial: trial, run: id)
        try store.set(sides: sides, run: id)
        #expect(try store.trial(run: id) == trial)
        #expect(try store.sides(run: id) == sides)
    }

    @Test func `checks that came out alike are one line, until one does not`() throws {
        let (scratch, store, id) = try run()
        defer { withExtendedLifetime(scratch) {} }
        func note(_ healthy: Bool, _ finding: String, _ moment: HealthCheck.Moment = .window, at seconds: Double) throws
        {
            for subject in [HealthCheck.Subject.neighbors, .command] {
                try store.note(
                    HealthCheck(
                        moment: moment, subject: subject, vantage: "here", isHealthy: healthy, finding: finding,
                        at: Sample.time + seconds), run: id)
            }
        }
        try note(true, "fine", .beforeFlip, at: 0)
        for second in 1...3 { try note(true, "fine", at: Double(second)) }
        try note(false, "bad", at: 4)
        try note(true, "fine", at: 5)
        let kept = try store.health(run: id)
        #expect(kept.count == 8)
        let own = kept.filter { $0.check.subject == .command }
        #expect(own.map(\.times) == [1, 3, 1, 1] && own.map(\.check.isHealthy) == [true, true, false, true])
        #expect(own[1].check.at == Sample.time + 1 && own[1].lastAt == Sample.time + 3)
    }
}
