import Model

/// How the node stands as far as runs are concerned.
public enum StatusText {
    public static func render(_ status: StatusDocument) -> String {
        var page = Page()
        if let run = status.runID {
            let plan = status.planID.map { " of plan \(Identifier.short($0))" } ?? ""
            page.line("Run \(Identifier.short(run))\(plan)")
        }
        page.section("Hooks:", Page.limited((status.hooks + status.others).map { "  " + $0 }))
        page.section("Enrolled interfaces:", enrolled(status.enrolled))
        page.section("Packets:", ReportText.counters(status.counters))
        page.section("Widened (\(status.widened.count)):", Page.limited(status.widened.map { "  " + $0 }))
        page.section("Left over (\(status.leftovers.count)):", Page.limited(status.leftovers.map { "  " + $0 }))
        page.section("Drift (\(status.drift.count)):", Page.limited(status.drift.map { "! " + $0 }))
        page.end(outcome(of: status), next: next(of: status))
        return page.text
    }

    /// What is left of the set; interfaces that went are no drift, pods end.
    private static func enrolled(_ set: StatusDocument.Enrolled?) -> [String] {
        guard let set else { return [] }
        let count = "  \(set.left) of \(set.planned) left, room for \(set.room)"
        return [count] + Page.limited(set.pruned.map { "  gone: \($0)" }, total: set.prunedTotal)
    }

    private static func outcome(of status: StatusDocument) -> String {
        let unknown = status.state == "idle" && !status.leftovers.isEmpty
        let state =
            unknown
            ? "No run is recorded, and yet something of one is in place"
            : status.state == "idle" ? "Idle: no run is open" : "State: \(status.state)"
        let waiting = status.waitingFor.map { ", waiting for \($0)" } ?? ""
        let trouble = [
            status.drift.isEmpty ? nil : "\(Words.count(status.drift.count, "hook")) drifted",
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
