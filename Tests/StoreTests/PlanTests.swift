import FoundationEssentials
import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

@Suite struct PlanTests {
    let scratch: Scratch
    let store: Store
    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
    }

    @Test func `a plan and all its findings come back`() throws {
        let plan = try store.saveSample(matching: 300)
        let again = try store.plan(idPrefix: String(plan.planID.prefix(8)))
        #expect(try JSON.canonical(again) == JSON.canonical(plan))
        #expect(try again.isIntact())
        #expect(try store.findings(planID: plan.planID) == Sample.findings(matching: 300))
    }

    @Test func `the same id again shows the newest`() throws {
        let old = try store.saveSample(matching: 1)
        let new = try store.saveSample(snapshot: "s-2", at: Sample.time + 60, matching: 2)
        #expect(old.planID == new.planID)
        #expect(try store.plan(idPrefix: String(new.planID.prefix(6))).snapshotID == "s-2")
        #expect(migrateError { _ = try store.plan(idPrefix: "p-") }?.code == .unknownID)
        #expect(try store.findings(planID: new.planID).count == 3)
        #expect(try store.plans().map(\.snapshotID) == ["s-2"])
    }

    @Test func `a snapshot has one plan of an id`() throws {
        let plan = try store.saveSample(matching: 5)
        let error = migrateError { try store.save(Sample.snapshot(), plan: plan, findings: []) }
        #expect(error?.code == .databaseFailure)
        #expect(try store.findings(planID: plan.planID).count == 6)
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM plans") } == 1)
    }

    @Test func `a plan needs its snapshot`() throws {
        let plan = try Sample.plan(snapshotID: "s-elsewhere")
        let error = migrateError { try store.save(Sample.snapshot(), plan: plan, findings: Sample.findings()) }
        #expect(error?.code == .databaseFailure)
        #expect(try store.snapshots().isEmpty && store.plans().isEmpty)
    }

    @Test func `every verdict and effect can be stored`() throws {
        let template = try Sample.findings(matching: 1)[0]
        var findings: [Finding] = []
        for verdict in Verdict.allCases {
            for effect in Effect.allCases {
                var finding = template
                (finding.verdict, finding.effect) = (verdict, effect)
                findings.append(finding)
            }
        }
        let plan = try Sample.plan(findings: findings)
        try store.save(Sample.snapshot(), plan: plan, findings: findings)
        #expect(try store.findings(planID: plan.planID) == findings)
    }

    @Test func `a list says what matters`() throws {
        let plan = try store.saveSample()
        try store.create(run: Sample.run(planID: plan.planID))
        let summary = try #require(try store.plans().first)
        #expect(summary.id == plan.planID && summary.node == "worker-7" && summary.profile == "istio-ambient")
        #expect(summary.blockers == 0 && summary.runs == 1 && summary.createdAt == Sample.time)
    }

    @Test func `a beginning finds the only one`() throws {
        for id in ["s-aa1", "s-aa2", "s-b_1"] { try store.save(Sample.snapshot(id: id)) }
        #expect(try store.snapshot(idPrefix: "s-aa1").id == "s-aa1")
        #expect(try store.snapshot(idPrefix: "s-b").id == "s-b_1")
        let several = migrateError { _ = try store.snapshot(idPrefix: "s-a") }
        #expect(several?.code == .unknownID)
        #expect(several?.what == "2 snapshots have ids that begin with s-a")
        #expect(several?.facts == ["Recorded, newest first: s-aa2, s-aa1."])
        let none = migrateError { _ = try store.snapshot(idPrefix: "s-_") }
        #expect(none?.what == "no snapshot has the id s-_")
        #expect(none?.facts == ["Recorded, newest first: s-b_1, s-aa2, s-aa1."])
        #expect(migrateError { _ = try store.snapshot(idPrefix: "") }?.code == .unknownID)
        #expect(migrateError { _ = try store.run(idPrefix: "r-1") }?.facts == ["No run is recorded."])
    }

    @Test func `a whole id wins over a longer one`() throws {
        for id in ["s-1", "s-12"] { try store.save(Sample.snapshot(id: id)) }
        #expect(try store.snapshot(idPrefix: "s-1").id == "s-1")
    }

    @Test func `pruning keeps ten, and every run with its plan`() throws {
        let first = try store.saveSample(snapshot: "s-00")
        try store.create(run: Sample.run(planID: first.planID))
        for number in 1..<13 {
            _ = try store.saveSample(snapshot: "s-\(number < 10 ? "0" : "")\(number)", at: Sample.time + Double(number))
        }
        #expect(try store.prune() == Pruned(snapshots: 3, plans: 2))
        #expect(try store.snapshots().map(\.id).last == "s-03")
        #expect(try store.snapshots().count == 10)
        let kept = try #require(try store.plan(ofRun: "r-77aa88bb99cc"))
        #expect(kept.snapshotID == "s-00" && kept.planID == first.planID)
        #expect(try store.run(idPrefix: "r-77").hooks.count == 2)
        for table in ["entry_ranges", "answer_rows", "hook_rows", "neighbor_rows", "program_map_rows"] {
            let ids = try store.read { try String.fetchAll($0, sql: "SELECT DISTINCT snapshot_id FROM \(table)") }
            #expect(ids.count == 10, "\(table)")
        }
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry_rows") } == 10 * 130)
        #expect(try store.prune() == Pruned(snapshots: 0, plans: 0))
    }
}
