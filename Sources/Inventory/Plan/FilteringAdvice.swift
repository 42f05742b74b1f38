import Model

/// What a redirected packet skips, and what that means for the choice of membership.
///
/// Entries of the map are redirected today and skip the filters already. Under `on-link` other destinations are, too.
enum FilteringAdvice {
    /// Filters of the node's namespace, and those whose namespace is not known.
    static func filters(_ snapshot: Snapshot) -> [PacketFilter] {
        snapshot.filters.filter { $0.netns == nil || $0.netns == snapshot.node.netns.cookie }
    }

    /// One line for the membership section.
    /// - Parameters:
    ///   - widened: destinations that only the replacement redirects.
    ///   - onLink: those of `on-link`, where the line is to say what that would change.
    static func line(
        _ filters: [PacketFilter], membership: Membership, widened: [IPAddress] = [], onLink: [IPAddress]? = nil
    ) -> String {
        let skipped = skipped(filters)
        guard !skipped.isEmpty else { return "nothing filters forwarded packets here" }
        let advice =
            switch membership {
            case .legacyKeys: "skipped by what is redirected today, and by nothing else afterwards"
            case .enrolled:
                "skipped by what leaves by an enrolled interface\(some(widened)), and by nothing else afterwards"
            case .onLink: "widened destinations\(some(widened)) skip it; legacy-keys keeps them out"
            }
        guard membership != .onLink, let onLink else { return "\(names(skipped)): \(advice)" }
        let change =
            onLink.isEmpty
            ? "on-link would change that for pods that come later"
            : "under on-link \(onLink.count) more would skip it, first \(onLink[0]), and pods that come later"
        return "\(names(skipped)): \(advice); \(change)"
    }

    private static func some(_ widened: [IPAddress]) -> String {
        guard let first = widened.first else { return "" }
        return " (\(widened.count) that no map holds, first \(first))"
    }

    static func warnings(_ filters: [PacketFilter], membership: Membership) -> [PlanDocument.Blocker] {
        let skipped = skipped(filters)
        guard membership == .onLink, !skipped.isEmpty else { return [] }
        return [
            .init(
                .filtersSkipped, "widened destinations, now and later, skip \(names(skipped))",
                remedy: "Keep them out:  --membership legacy-keys")
        ]
    }

    /// On the path of forwarded packets, and with something to say.
    private static func skipped(_ filters: [PacketFilter]) -> [PacketFilter] {
        filters.filter { $0.isOnForwardPath && !$0.isIdle }
    }

    private static func names(_ filters: [PacketFilter]) -> String {
        let shown = filters.prefix(4).map(\.title).joined(separator: ", ")
        return filters.count > 4 ? "\(shown) and \(filters.count - 4) more" : shown
    }
}
