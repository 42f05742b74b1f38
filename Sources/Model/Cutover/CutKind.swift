/// How a run takes the traffic over.
public enum CutKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// A switch in every slot, and one store that flips them all.
    case `switch`
    /// Each program replaced in place, one after the other: no confirm window.
    case direct
}
