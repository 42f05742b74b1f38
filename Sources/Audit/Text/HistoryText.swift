import Model

/// The runs, plans and snapshots of this node, newest first.
public enum HistoryText {
    /// Each newest first, as the store returns them.
    ///
    /// - Parameter outlooks: of the runs, in their order; `nil`: as the journal has them.
    public static func render(
        _ runs: [RunRecord], outlooks: [RunOutlook]? = nil, plans: [PlanSummary] = [],
        snapshots: [SnapshotSummary] = [], shadows: [ShadowSummary] = []
    ) -> String {
        let outlooks = outlooks ?? runs.map(RunOutlook.journal)
        var page = Page()
        let kept = snapshots.isEmpty ? "" : ", \(Words.count(snapshots.count, "snapshot")) kept"
        guard let latest = runs.first else {
            page.section(lines(plans))
            page.section(ShadowText.lines(shadows))
            page.section(lines(snapshots))
            let next =
                snapshots.first.map { NextStep(what: "Read one", command: "migrate show \(Identifier.short($0.id))") }
                ?? NextStep(what: "Look at the node", command: "migrate plan")
            page.end("No run is recorded\(kept).", next: next)
            return page.text
        }
        page.add(lines(runs, outlooks))
        page.section(lines(plans))
        page.section(ShadowText.lines(shadows))
        page.section(lines(snapshots))
        let open = zip(runs, outlooks).filter(\.1.state.isOpen)
        let state =
            open.isEmpty ? "none open" : "open: \(open.map { Identifier.short($0.0.id) }.joined(separator: ", "))"
        page.end(
            "\(Words.count(runs.count, "run")), \(state)\(kept).",
            next: NextStep(
                what: "Read one", command: "migrate report \(Identifier.short((open.first?.0 ?? latest).id))"))
        return page.text
    }

    private static func lines(_ runs: [RunRecord], _ outlooks: [RunOutlook]) -> [String] {
        var table = Table([.left, .left, .left, .left, .left, .right, .right, .left])
        // What is empty in every row takes no room: only an open window ends.
        let isAnyOpen = outlooks.contains { $0.confirmBy != nil }
        table.add("RUN", "STATE", isAnyOpen ? "UNTIL" : "", "REASON", "STARTED", "TOOK", "HOOKS", "PLAN")
        for (run, outlook) in zip(runs, outlooks).prefix(Page.listLimit) {
            table.add(
                Identifier.short(run.id), state(of: run, outlook),
                outlook.confirmBy.map { OutlookWords.moment($0, seconds: outlook.confirmInSeconds ?? 0) } ?? "",
                isOverShadow(run, outlook) ? "" : outlook.reason?.rawValue ?? "", Words.time(run.startedAt),
                run.endedAt.map { Words.duration(from: run.startedAt, to: $0) } ?? "", String(run.hooks.count),
                Identifier.short(run.planID))
        }
        return Page.limited(table.lines(), total: runs.count + 1, limit: Page.listLimit + 1, indent: "")
    }

    private static func state(of run: RunRecord, _ outlook: RunOutlook) -> String {
        if isOverShadow(run, outlook) { return "shadow, over" }
        let isPartial = outlook.state == .provisional && outlook.share < 100
        return outlook.state.rawValue + (isPartial ? " \(outlook.share) %" : "")
    }

    /// A shadow in the slots compared and was cleared: nothing was migrated, and nothing taken back.
    private static func isOverShadow(_ run: RunRecord, _ outlook: RunOutlook) -> Bool {
        run.purpose == .shadow && outlook.state == .rolledBack
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
