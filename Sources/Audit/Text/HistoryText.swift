import Model

/// The runs of this node, newest first.
public enum HistoryText {
    /// - Parameter runs: newest first, as the store returns them.
    public static func render(_ runs: [RunRecord]) -> String {
        var page = Page()
        guard let latest = runs.first else {
            page.end("No run is recorded.", next: NextStep(what: "Look at the node", command: "migrate plan"))
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
        let open = runs.filter(\.state.isOpen)
        let state = open.isEmpty ? "none open" : "open: \(open.map { Identifier.short($0.id) }.joined(separator: ", "))"
        page.end(
            "\(Words.count(runs.count, "run")), \(state).",
            next: NextStep(
                what: "Read one", command: "migrate report \(Identifier.short((open.first ?? latest).id))"))
        return page.text
    }
}
