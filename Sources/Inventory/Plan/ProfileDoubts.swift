import Model

/// Signs that the profile reads a map wrongly. A layout that fits by size alone decodes to something.
struct ProfileDoubts {
    private(set) var blockers: [PlanDocument.Blocker] = []
    private(set) var warnings: [PlanDocument.Blocker] = []

    /// - Parameters:
    ///   - maps: the maps' names, and what comes of their entries.
    ///   - isBuiltIn: the layout of a built-in profile is known, and its dead maps are only told of. Another one may spell
    ///     addresses wrongly: then nothing was cross-checked, and under `legacy-keys` nothing is a member any more. Or it
    ///     may look for interface and MAC at the wrong place: then nothing breaks, because nothing is delivered.
    init(_ maps: [(title: String, counts: EntryTally.MapTally)], isBuiltIn: Bool) {
        let doubts = maps.compactMap { Self.doubt($0.title, $0.counts) }
        if isBuiltIn { warnings = doubts } else { blockers = doubts }
    }

    private static func doubt(_ title: String, _ counts: EntryTally.MapTally) -> PlanDocument.Blocker? {
        guard counts.total > 0 else { return nil }
        if counts.gone == counts.total, let first = counts.firstGone {
            return .init(
                .addressesNotHere,
                "\(counts.total == 1 ? "the only address" : "none of the \(counts.total) addresses") of \(title) is\(counts.total == 1 ? " not" : "") on this node, first \(first)",
                remedy: "Check offset and byte_order of the key in the profile, or empty the map if it is dead.")
        }
        guard counts.delivered == 0 else { return nil }
        return .init(
            .mapDeliversNothing,
            "\(title) delivers to \(counts.total == 1 ? "its only destination not" : "none of its \(counts.total) destinations") today, as the profile reads it",
            remedy:
                "Check ifindex_offset, ifindex_width and destination_mac_offset; if they are right, every entry is stale: have the map's writer write it anew."
        )
    }
}
