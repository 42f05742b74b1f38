import Model

/// Whether what the profile reads out of the map means anything on this node.
enum ValueSense {
    /// A warning where not one of the entries names an interface that is there: more likely the profile is wrong than all of
    /// the map.
    static func warning(_ findings: [Finding]) -> PlanDocument.Blocker? {
        guard let first = findings.first, findings.allSatisfy({ $0.legacy.interface == nil }) else { return nil }
        return .init(
            .nonsense,
            "none of \(findings.count) entries names an interface of this node; first: \(first.address) → ifindex \(first.legacy.ifindex)",
            remedy: "See what the map holds:  migrate discover; correct the offsets in the profile.")
    }
}
