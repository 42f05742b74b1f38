import Model

/// What a plan says of single destinations, for what live packets show of them.
public struct PlannedWords {
    private let entries: [IPAddress: String]
    private let widened: Set<IPAddress>

    public init(_ plan: PlanDocument) {
        entries = Dictionary(
            plan.entries.map { ($0.address, "planned: \($0.verdict.rawValue), \($0.effect.rawValue)") },
            uniquingKeysWith: { first, _ in first })
        widened = Set(plan.membership.widened.map(\.address))
    }

    /// With a note where the plan has one.
    public func noted(_ destination: ShadowDestination) -> ShadowDestination {
        var destination = destination
        let isWidened = destination.packets.mapMisses > 0 && widened.contains(destination.address)
        destination.note = isWidened ? "planned: widened" : entries[destination.address]
        return destination
    }
}
