import Model

/// How the node stands as far as runs are concerned.
public enum StatusText {
    public static func render(_ status: StatusDocument) -> String {
        var page = Page()
        if let run = status.runID {
            let plan = status.planID.map { " of plan \(Identifier.short($0))" } ?? ""
            page.line(
                "\(status.lastState == nil ? "Run" : "Last run") \(Identifier.short(run))\(plan)\(ending(of: status))")
        }
        page.section("Hooks:", Page.limited((status.hooks + status.others).map { "  " + $0 }))
        page.section("Enrolled interfaces:", enrolled(status.enrolled))
        page.section("Packets:", ReportText.counters(status.counters))
        page.section("Both sides:", status.sides.map(SidesText.lines) ?? [])
        page.section("Widened (\(status.widened.count)):", Page.limited(status.widened.map { "  " + $0 }))
        page.section("Left over (\(status.leftovers.count)):", Page.limited(status.leftovers.map { "  " + $0 }))
        page.section("Shadows that run:", Page.limited((status.shadows ?? []).map { "  " + $0 }))
        page.section("Not read:", (status.notRead ?? []).map { "! " + $0 })
        page.section(
            "Still there (\((status.remains ?? []).count)):", Page.limited((status.remains ?? []).map { "  " + $0 }))
        page.section("Gone (\((status.gone ?? []).count)):", Page.limited((status.gone ?? []).map { "  " + $0 }))
        page.section("Drift (\(status.drift.count)):", Page.limited(status.drift.map { "! " + $0 }))
        page.end(outcome(of: status), next: next(of: status))
        return page.text
    }

    /// `: rolled-back (deadline)`, of a run that is over.
    private static func ending(of status: StatusDocument) -> String {
        guard let state = status.lastState else { return "" }
        return ": \(state.rawValue)" + (status.reason.map { " (\($0.rawValue))" } ?? "")
    }

    /// What is left of the set; interfaces that went are no drift, pods end.
    private static func enrolled(_ set: StatusDocument.Enrolled?) -> [String] {
        guard let set else { return [] }
        let count = "  \(set.left) of \(set.planned) left, room for \(set.room)"
        return [count] + Page.limited(set.pruned.map { "  gone: \($0)" }, total: set.prunedTotal)
    }

    private static func outcome(of status: StatusDocument) -> String {
        let state =
            switch (status.state, status.leftovers.isEmpty, status.notRead == nil) {
            case ("idle", false, _): "No run is open, and yet something of one is in place"
            case ("idle", true, true): "Idle: no run is open"
            case ("idle", true, false): "Idle as far as pins and hooks say: the journal was not read"
            case ("unknown", _, _):
                "Something of a run is in place; how far it came, the journal that was not read says"
            case (let state, _, _): "State: \(state)" + OutlookWords.detail(of: status)
            }
        let waiting = status.waitingFor.map { "; waiting for \($0)" } ?? ""
        let trouble = [
            status.drift.isEmpty ? nil : "\(Words.count(status.drift.count, "line")) of drift",
            status.leftovers.isEmpty ? nil : "\(status.leftovers.count) left over",
        ].compactMap(\.self)
        return state + waiting + (trouble.isEmpty ? "." : "; \(trouble.joined(separator: ", ")).")
    }

    private static func next(of status: StatusDocument) -> NextStep {
        if let next = status.next { return next }
        guard let run = status.runID else { return NextStep(what: "Look at the node", command: "migrate plan") }
        return NextStep(what: "Read all of it", command: "migrate report \(Identifier.short(run))")
    }
}
