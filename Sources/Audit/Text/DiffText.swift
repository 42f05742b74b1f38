import Model

/// What differs, group by group: `+` only afterwards, `-` only before, `~` both, with what changed of it.
public enum DiffText {
    public static func render(_ diff: DiffDocument) -> String {
        var page = Page()
        page.line("From \(words(diff.before))")
        page.line("to   \(words(diff.after))")
        page.section("decision:", diff.decision.map { "  \($0)" })
        for group in diff.groups {
            page.section("\(group.name) (\(counts(group))):", lines(group))
        }
        page.gap()
        page.line(summary(diff))
        return page.text
    }

    private static func words(_ side: DiffDocument.Side) -> String {
        let at = "\(Words.time(side.takenAt)), node \(side.node)"
        switch (side.source, side.id) {
        case (.node, _): return "the node as it is, \(at)"
        case (let source, let id): return "\(source.rawValue) \(id.map { Identifier.short($0) } ?? ""), \(at)"
        }
    }

    private static func counts(_ group: DiffGroup) -> String {
        [(group.addedTotal, "added"), (group.removedTotal, "removed"), (group.changedTotal, "changed")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private static func lines(_ group: DiffGroup) -> [String] {
        let things = { (symbol: String, things: [DiffGroup.Thing]) in
            things.prefix(Page.listLimit).map { "\(symbol) \($0.title)\(attributes($0))" }
        }
        let changes = group.changed.prefix(Page.listLimit).map { change in
            "~ \(change.title)\n"
                + change.attributes.map { "    \($0.name): \(value($0.before)) → \(value($0.after))" }
                .joined(separator: "\n")
        }
        return Page.limited(things("+", group.added), total: group.addedTotal)
            + Page.limited(things("-", group.removed), total: group.removedTotal)
            + Page.limited(changes, total: group.changedTotal)
    }

    private static func attributes(_ thing: DiffGroup.Thing) -> String {
        let said = thing.attributes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return said.isEmpty ? "" : ": \(said)"
    }

    private static func value(_ text: String?) -> String { text ?? "none" }

    private static func summary(_ diff: DiffDocument) -> String {
        let plan =
            switch diff.samePlan {
            case true?: " The plan id is the same."
            case false?: " The plan id differs."
            case nil: ""
            }
        if diff.same { return "Nothing differs.\(plan)" }
        let blockers = diff.groups.first { $0.name == "blockers" }?.added ?? []
        let codes = blockers.map { $0.title.prefix { $0 != " " } }.joined(separator: ", ")
        let blocked = codes.isEmpty ? "" : " apply is blocked now: \(codes)."
        return "\(diff.addedTotal) added, \(diff.removedTotal) removed, \(diff.changedTotal) changed.\(plan)\(blocked)"
    }
}
