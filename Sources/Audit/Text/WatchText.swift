import FoundationEssentials
import Model

/// What `status --watch` shows of a run: state, deadline, share, both sides' counters, and trouble.
public enum WatchText {
    /// For a terminal, which draws them again and again.
    public static func screen(_ status: StatusDocument, at time: Date) -> [String] {
        let run = status.runID.map { "Run \(Identifier.short($0)), " } ?? ""
        var lines = ["\(run)\(Words.time(time))", "State: \(glance(status))"]
        if let sides = status.sides { lines += SidesText.lines(sides) }
        lines += trouble(status).map { "! \($0)" }
        // A terminal cuts lines off: what is to be typed has one of its own.
        if let next = status.next { lines += ["\(next.what):", "  \(next.command)"] }
        return lines
    }

    /// The deadline comes early in the line, for the same reason.
    private static func glance(_ status: StatusDocument) -> String {
        guard status.state == RunState.provisional.rawValue, let share = status.share,
            let left = status.confirmInSeconds
        else { return status.state + OutlookWords.detail(of: status) }
        return "\(state(status)), share \(share) %, \(Duration.words(seconds: left)) left"
    }

    /// Without one: a line for each look.
    public static func line(_ status: StatusDocument, at time: Date) -> String {
        var parts = [state(status)]
        if status.runID != nil, let share = status.share { parts.append("share \(share) %") }
        if let seconds = status.confirmInSeconds { parts.append("\(Duration.words(seconds: seconds)) left") }
        if let sides = status.sides {
            parts += [side("legacy", sides.legacy), side("replacement", sides.replacement), sides.verdict.rawValue]
        }
        return "\(Words.time(time))  " + (parts + trouble(status)).joined(separator: ", ")
    }

    /// What is worth a line at once; counts and the time that is left change with every look.
    public static func gist(_ status: StatusDocument) -> [String] {
        [state(status), "\(status.share ?? 0)", status.confirmBy.map(Words.time) ?? ""]
            + [status.sides?.verdict.rawValue ?? ""] + trouble(status)
    }

    private static func state(_ status: StatusDocument) -> String {
        status.state + (status.reason.map { " (\(OutlookWords.word($0)))" } ?? "")
    }

    private static func side(_ name: String, _ side: TrafficSides.Side) -> String {
        "\(name) \(side.packets) packets \(side.failed) failed"
    }

    private static func trouble(_ status: StatusDocument) -> [String] {
        [
            status.fellForward == true ? "packets fall forward" : nil,
            status.drift.isEmpty ? nil : "\(Words.count(status.drift.count, "line")) of drift",
            status.leftovers.isEmpty ? nil : "\(status.leftovers.count) left over",
            status.notRead == nil ? nil : "the journal was not read",
        ].compactMap(\.self)
    }
}
