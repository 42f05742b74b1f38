import FoundationEssentials
import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

@Suite struct RunTests {
    let scratch: Scratch
    let store: Store
    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
    }

    @Test func `a run comes back with every attribute of its hooks`() throws {
        let run = Sample.run(planID: "p-1")
        try store.create(run: run)
        let again = try store.run(idPrefix: "r-77")
        #expect(try JSON.pretty(again) == JSON.pretty(run))
        #expect(try store.plan(ofRun: run.id) == nil)
    }

    @Test func `a run keeps the document it was made of`() throws {
        let plan = try store.saveSample(matching: 1)
        try store.create(run: Sample.run(planID: plan.planID))
        _ = try store.saveSample(snapshot: "s-2", at: Sample.time + 60, matching: 9)
        #expect(try store.plan(ofRun: "r-77aa88bb99cc")?.snapshotID == plan.snapshotID)
        #expect(try store.plan(idPrefix: plan.planID).snapshotID == "s-2")
    }

    @Test func `state, reason and end are kept once given`() throws {
        let run = Sample.run(planID: "p-1")
        try store.create(run: run)
        try store.update(run: run.id, state: .rollingBack, reason: .health)
        try store.update(run: run.id, state: .rolledBack, endedAt: Sample.time + 9)
        let again = try store.run(idPrefix: run.id)
        #expect(again.state == .rolledBack && again.reason == .health && again.endedAt == Sample.time + 9)
        #expect(migrateError { try store.update(run: "r-0", state: .gone) }?.code == .noRun)
    }

    @Test(arguments: RunState.allCases)
    func `every state can be stored`(state: RunState) throws {
        try store.create(run: Sample.run(planID: "p-1", state: state))
        #expect(try store.openRuns().count == (state.isOpen ? 1 : 0))
        #expect(try store.latestRun(includingFinalized: false)?.state == (state == .finalized ? nil : state))
    }

    @Test(arguments: [RunReason.deadline, .breaker, .health, .failure, .operator, .reboot])
    func `every reason can be stored`(reason: RunReason) throws {
        try store.create(run: Sample.run(planID: "p-1"))
        try store.update(run: "r-77aa88bb99cc", state: .rolledBack, reason: reason)
        #expect(try store.run(idPrefix: "r-77aa").reason == reason)
    }

    @Test func `the program in the slot is recorded and taken back`() throws {
        let run = Sample.run(planID: "p-1")
        try store.create(run: run)
        try store.setReplacement(run: run.id, hook: 0, Sample.ours)
        try store.setReplacement(run: run.id, hook: 1, nil)
        #expect(try store.run(idPrefix: run.id).hooks.map(\.replacement) == [Sample.ours, nil])
        #expect(migrateError { try store.setReplacement(run: run.id, hook: 2, nil) }?.code == .noRun)
    }

    @Test func `how a run takes over is kept, and all its programs by one write`() throws {
        var run = Sample.run(planID: "p-1")
        (run.cut, run.confirmWithin) = (.switch, 600)
        run.hooks[1].plain = Sample.plain
        try store.create(run: run)
        #expect(try JSON.pretty(store.run(idPrefix: run.id)) == JSON.pretty(run))
        let ours = [
            HookPrograms(replacement: Sample.ours, plain: Sample.plain), HookPrograms(replacement: Sample.ours),
        ]
        try store.set(programs: ours, run: run.id)
        let again = try store.run(idPrefix: run.id)
        #expect(again.hooks.map(\.replacement) == [Sample.ours, Sample.ours])
        #expect(again.hooks.map(\.plain) == [Sample.plain, nil] && again.cut == .switch && again.confirmWithin == 600)
        // A hook too many: nothing of it is written.
        let other = HookPrograms(replacement: Sample.plain)
        #expect(
            migrateError { try store.set(programs: Array(repeating: other, count: 3), run: run.id) }?.code == .noRun)
        #expect(try store.run(idPrefix: run.id).hooks.map(\.replacement) == [Sample.ours, Sample.ours])
    }

    @Test(arguments: [0, -1]) func `a window is at least a second`(seconds: Int) throws {
        var run = Sample.run(planID: "p-1")
        run.confirmWithin = seconds
        #expect(migrateError { try store.create(run: run) }?.code == .databaseFailure)
    }

    @Test func `drift goes by the program that the state puts there`() throws {
        let plan = try store.saveSample(snapshot: "s-1", at: Sample.time)
        for (state, count) in [
            (RunState.committed, 2), (.provisional, 2), (.expired, 2), (.finalized, 1), (.rolledBack, 0),
        ] {
            var run = Sample.run(
                id: "r-\(state.rawValue)", planID: plan.planID, state: state, startedAt: Sample.time - 60)
            // What the snapshot has at the first of them, for the plain replacement.
            run.hooks[0].replacement = Sample.ours
            run.hooks[0].plain = Sample.hook().program
            try store.create(run: run)
            let rows = try store.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM drift WHERE run_id = ?", arguments: [run.id])
            }
            #expect(rows == count, "\(state)")
        }
    }

    @Test func `the newest comes first`() throws {
        for (number, state) in [RunState.finalized, .rolledBack, .committed, .finalized].enumerated() {
            try store.create(
                run: Sample.run(id: "r-\(number)", planID: "p-1", state: state, startedAt: Sample.time + Double(number))
            )
        }
        #expect(try store.runs().map(\.id) == ["r-3", "r-2", "r-1", "r-0"])
        #expect(try store.latestRun()?.id == "r-3")
        #expect(try store.latestRun(includingFinalized: false)?.id == "r-2")
    }

    @Test func `heads say which runs are meant, and only those come with their hooks`() throws {
        for (number, state) in [RunState.finalized, .rolledBack, .provisional, .committed].enumerated() {
            try store.create(run: Sample.run(id: "r-\(number)", planID: "p-1", state: state))
        }
        let heads = try store.runHeads(), all = try store.runs()
        #expect(heads.map(\.id) == all.map(\.id) && heads.map(\.state) == all.map(\.state))
        #expect(heads.map(\.planID) == all.map(\.planID) && heads.map(\.bootID) == all.map(\.bootID))
        #expect(heads.map(\.purpose) == all.map(\.purpose))
        let kept = try store.runs { $0.state != .rolledBack }
        #expect(kept.map(\.id) == ["r-3", "r-2", "r-0"])
        #expect(kept.allSatisfy { $0.hooks.count == Sample.run(id: $0.id, planID: "p-1").hooks.count })
        #expect(try store.openRuns().map(\.id) == ["r-2"])
        #expect(try store.runs { _ in false }.isEmpty)
    }

    @Test func `the journal keeps its order`() throws {
        for id in ["r-1", "r-2"] { try store.create(run: Sample.run(id: id, planID: "p-1")) }
        #expect(try store.begin(run: "r-1", phase: "pin", intent: "a", at: Sample.time) == 1)
        #expect(try store.begin(run: "r-2", phase: "pin", intent: "x", at: Sample.time) == 1)
        #expect(try store.begin(run: "r-1", phase: "replace", intent: "b", at: Sample.time + 1) == 2)
        try store.end(run: "r-1", sequence: 1, evidence: "done", at: Sample.time + 2)
        let lines = try store.journal(run: "r-1")
        #expect(
            lines == [
                JournalEntry(
                    sequence: 1, phase: "pin", intent: "a", evidence: "done", startedAt: Sample.time,
                    endedAt: Sample.time + 2),
                JournalEntry(sequence: 2, phase: "replace", intent: "b", startedAt: Sample.time + 1),
            ])
        #expect(migrateError { try store.end(run: "r-1", sequence: 1, evidence: "again") }?.code == .bug)
        #expect(migrateError { try store.end(run: "r-1", sequence: 9, evidence: "x") }?.code == .bug)
        #expect(migrateError { _ = try store.begin(run: "r-9", phase: "pin", intent: "a") }?.code == .databaseFailure)
    }

    /// Another connection, as another process has, sees a line as soon as `begin` has returned.
    @Test func `an intent is there before the act`() throws {
        try store.create(run: Sample.run(planID: "p-1"))
        let other = try scratch.open(.readOnly)
        _ = try store.begin(run: "r-77aa88bb99cc", phase: "pin", intent: "a")
        #expect(try other.journal(run: "r-77aa88bb99cc").map(\.evidence) == [nil])
    }

    @Test(arguments: [0.0, 0.0004, 0.001, 0.123, 0.999, 0.9996])
    func `times are kept to the millisecond`(fraction: Double) throws {
        let date = Date(timeIntervalSince1970: 1_770_091_506 + fraction)
        let text = Timestamp.text(date)
        #expect(abs(try Timestamp.date(text).timeIntervalSince(date)) < 0.000501)
        #expect(Timestamp.text(try Timestamp.date(text)) == text)
        #expect(text.count == 24)
    }
}
