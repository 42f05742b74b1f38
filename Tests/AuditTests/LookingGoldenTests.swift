import FoundationEssentials
import Model
import ModelSamples
import Testing

@testable import Audit

/// What `status`, `show` and `history` print, whole, beside the tests in Golden/: to be read as an operator reads it.
@Suite struct LookingGoldenTests {
    private func provisional() -> StatusDocument {
        let sample = Sample.switched(share: CellWord.wholeShare / 20)
        var status = StatusDocument(state: "idle")
        status.show(sample.run, sample.outlook)
        status.hooks = ["hz clsact/ingress: program 203 (switch) for program 168 (app_redirect)"]
        status.counters = ["legacy_share": 900, "redirected": 100, "to_legacy": 900]
        status.sides = TrafficSides(counters: status.counters)
        return status
    }

    private func check(_ text: String, _ name: String, _ place: SourceLocation = #_sourceLocation) throws {
        #expect(!text.contains("\u{1b}") && !text.contains(" \n"), sourceLocation: place)
        try Golden.check(text, "\(name).txt", planID: try Sample.plan().planID, place)
    }

    @Test func `status of a node that is idle, one with an open run, one that drifted`() throws {
        try check(StatusText.render(StatusDocument(state: "idle")), "status-idle")
        try check(StatusText.render(provisional()), "status-provisional")
        var quiet = provisional()
        (quiet.counters, quiet.sides) = ([:], TrafficSides(counters: [:]))
        try check(StatusText.render(quiet), "status-quiet")
        try check(StatusText.render(Sample.status()), "status-drift")
    }

    @Test func `show of a plan, a run, a snapshot and a shadow`() throws {
        let plan = try Sample.plan()
        try check(PlanText.render(plan), "show-plan")
        try check(RunText.render(Sample.rolledBack(planID: plan.planID)), "show-run")
        try check(SnapshotText.render(try Sample.snapshot()), "show-snapshot")
        var shadow = try Sample.shadow()
        shadow.audit = AuditMark(sequence: 12, hash: String(repeating: "0a", count: 32))
        try check(ShadowText.render(shadow), "show-shadow")
    }

    @Test func `history of a node with an open run, and of one without any`() throws {
        let plan = try Sample.plan(), open = Sample.switched()
        var done = Sample.run(
            id: "r-0011aa22bb33", planID: plan.planID, state: .rolledBack, startedAt: Sample.time - 7_200)
        (done.reason, done.endedAt) = (.deadline, done.startedAt + 612)
        let summary = PlanSummary(
            id: plan.planID, createdAt: Sample.time, snapshotID: plan.snapshotID, node: "worker-7",
            profile: plan.profile,
            blockers: 0, runs: 1)
        let snapshot = SnapshotSummary(
            id: "s-3f9c1a2b4d5e", takenAt: Sample.time, node: "worker-7", profile: plan.profile, entries: 131)
        try check(
            HistoryText.render(
                [open.run, done], outlooks: [open.outlook, RunOutlook.journal(done)], plans: [summary],
                snapshots: [snapshot]),
            "history")
        try check(HistoryText.render([]), "history-empty")
    }
}
