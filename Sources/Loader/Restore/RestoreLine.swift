import Model

/// What the journal says of hooks that are put back together.
enum RestoreLine {
    /// `put program 12 back into hz clsact/ingress and 127 more`.
    static func intent(_ hooks: [HookRestorer]) -> String {
        let ids = Set(hooks.map { $0.before.program?.id ?? 0 }).sorted()
        return "put \(ids.count == 1 ? "program" : "programs") \(list(ids.map(String.init))) back into "
            + list(hooks.map(\.title))
    }

    /// Every hook that is not as it was has a line of its own.
    static func evidence(_ fates: [HookFate]) -> String {
        let back = fates.filter { $0.kind == .back }
        let others = fates.filter { $0.kind != .back }.map(\.line)
        let kept = back.prefix(4).map(\.line) + (back.count > 4 ? ["\(back.count - 4) more are as they were"] : [])
        return (others + kept).joined(separator: "; ")
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(4).joined(separator: ", ")
        return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
    }
}
