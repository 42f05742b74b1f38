import Model

/// Whether what the profile reads out of the map means anything on this node.
enum ValueSense {
    /// A warning where not one of the entries names an interface that is there: more likely the profile is wrong than all of
    /// the map.
    static func warning(_ tally: EntryTally) -> PlanDocument.Blocker? {
        guard tally.placed == 0, let first = tally.listed.elements.first else { return nil }
        return .init(
            .nonsense,
            "none of \(tally.total) entries names an interface of this node; first: \(first.address) → ifindex \(first.legacy.ifindex)",
            remedy: "See what the map holds:  migrate discover; correct the offsets in the profile.")
    }
}
