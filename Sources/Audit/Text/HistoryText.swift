import Model

/// The runs, plans and snapshots of this node, newest first.
public enum HistoryText {
    /// Each newest first, as the store returns them.
    public static func render(_ runs: [RunRecord], plans: [PlanSummary] = [], snapshots: [SnapshotSummary] = [])
        -> String
    {
        var page = Page()
        let kept = snapshots.isEmpty ? "" : ", \(Words.count(snapshots.count, "snapshot")) kept"
        guard let latest = runs.first else {
            page.section(lines(plans))
            page.section(lines(snapshots))
            let next =
                snapshots.first.map { NextStep(what: "Read one", command: "migrate show \(Identifier.short($0.id))") }
                ?? NextStep(what: "Look at the node", command: "migrate plan")
            page.end("No run is recorded\(kept).", next: next)
            return page.text
        }
        var table = Table([.left, .left, .left, .left, .right, .right, .left])
        table.add("RUN", "STATE", "REASON", "STARTED", "TOOK", "HOOKS", "PLAN")
        for run in runs.prefix(Page.listLimit) {
            table.add(
                Identifier.short(run.id), run.state.rawValue, run.reason?.rawValue ?? "", Words.time(run.startedAt),
                run.endedAt.map { Words.duration(from: run.startedAt, to: $0) } ?? "", String(run.hooks.count),
                Identifier.short(run.planID))
        }
        page.add(Page.limited(table.lines(), total: runs.count + 1, limit: Page.listLimit + 1, indent: ""))
        page.section(lines(plans))
        page.section(lines(snapshots))
        let open = runs.filter(\.state.isOpen)
        let state = open.isEmpty ? "none open" : "open: \(open.map { Identifier.short($0.id) }.joined(separator: ", "))"
        page.end(
            "\(Words.count(runs.count, "run")), \(state)\(kept).",
            next: NextStep(
                what: "Read one", command: "migrate report \(Identifier.short((open.first ?? latest).id))"))
        return page.text
    }

    private static func lines(_ plans: [PlanSummary]) -> [String] {
        guard !plans.isEmpty else { return [] }
        var table = Table([.left, .left, .left, .right, .right])
        table.add("PLAN", "MADE", "PROFILE", "BLOCKERS", "RUNS")
        for plan in plans.prefix(Page.listLimit) {
            table.add(
                Identifier.short(plan.id), Words.time(plan.createdAt), plan.profile, String(plan.blockers),
                String(plan.runs))
        }
        return Page.limited(table.lines(), total: plans.count + 1, limit: Page.listLimit + 1, indent: "")
    }

    private static func lines(_ snapshots: [SnapshotSummary]) -> [String] {
        guard !snapshots.isEmpty else { return [] }
        var table = Table([.left, .left, .left, .right])
        table.add("SNAPSHOT", "TAKEN", "PROFILE", "ENTRIES")
        for snapshot in snapshots.prefix(Page.listLimit) {
            table.add(
                Identifier.short(snapshot.id), Words.time(snapshot.takenAt), snapshot.profile,
                String(snapshot.entries))
        }
        return Page.limited(table.lines(), total: snapshots.count + 1, limit: Page.listLimit + 1, indent: "")
    }
}
