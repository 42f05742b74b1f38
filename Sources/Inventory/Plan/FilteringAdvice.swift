import Model

/// What a redirected packet skips, and what that means for the choice of membership.
///
/// Entries that deliver today skip the filters already. Those that deliver only afterwards (healed) begin to, in every
/// membership; under `on-link` destinations that no map holds do, too.
enum FilteringAdvice {
    /// Filters of the node's namespace, and those whose namespace is not known.
    static func filters(_ snapshot: Snapshot) -> [PacketFilter] {
        snapshot.filters.filter { $0.netns == nil || $0.netns == snapshot.node.netns.cookie }
    }

    /// One line for the membership section.
    /// - Parameters:
    ///   - widened: destinations that only the replacement redirects.
    ///   - onLink: those of `on-link`, where the line is to say what that would change.
    ///   - healed: entries that are delivered only afterwards.
    static func line(
        _ filters: [PacketFilter], membership: Membership, widened: [IPAddress] = [], onLink: [IPAddress]? = nil,
        healed: [IPAddress] = []
    ) -> String {
        let skipped = skipped(filters)
        guard !skipped.isEmpty else { return "nothing filters forwarded packets here" }
        let rest = healed.isEmpty ? "nothing else" : names(healed)
        let advice =
            switch membership {
            case .legacyKeys: "skipped by what is redirected today, and by \(rest) afterwards"
            case .enrolled:
                "skipped by what leaves by an enrolled interface\(some(widened)), and by \(rest) afterwards"
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

    static func warnings(
        _ filters: [PacketFilter], membership: Membership, healed: [IPAddress] = []
    ) -> [PlanDocument.Blocker] {
        let skipped = skipped(filters)
        guard !skipped.isEmpty else { return [] }
        var found: [PlanDocument.Blocker] = []
        if membership == .onLink {
            found.append(
                .init(
                    .filtersSkipped, "widened destinations, now and later, skip \(names(skipped))",
                    remedy: "Keep them out:  migrate plan --membership legacy-keys"))
        }
        if let first = healed.first {
            found.append(
                .init(
                    .healedSkip,
                    "\(names(healed)): delivered only afterwards, past \(names(skipped)); if such an address went to a pod that is not enrolled, its key is stale",
                    remedy:
                        "Have the agent delete stale keys, then plan again; see whose the address is:  migrate explain \(first)"
                ))
        }
        return found
    }

    private static func names(_ addresses: [IPAddress]) -> String {
        let shown = addresses.prefix(3).map(\.description).joined(separator: ", ")
        return addresses.count > 3 ? "\(shown) and \(addresses.count - 3) more" : shown
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
