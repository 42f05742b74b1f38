/// What is done in one cycle: the cut, and whether a shadow stands in front of the hooks meanwhile.
public struct CycleKind: Codable, Hashable, Sendable {
    public enum Cut: String, Codable, Hashable, Sendable, CaseIterable {
        /// All flows at once, kept at once.
        case committed
        /// All flows at once, kept within a window.
        case confirmed
        /// Five per cent of the flows, half, and back.
        case canary
    }

    public var cut: Cut
    public var isShadowed: Bool

    public init(_ cut: Cut, isShadowed: Bool = false) {
        self.cut = cut
        self.isShadowed = isShadowed
    }

    /// In turns: every fourth cycle with a shadow, or all of them.
    public static func inTurn(shadowed: Bool) -> [CycleKind] {
        shadowed
            ? Cut.allCases.map { CycleKind($0, isShadowed: true) }
            : Cut.allCases.map { CycleKind($0) } + [CycleKind(.committed, isShadowed: true)]
    }

    public var name: String { cut.rawValue + (isShadowed ? ", shadow" : "") }

    /// The verbs after `plan`, one after the other.
    func verbs(plan: String, node: String) -> [[String]] {
        let apply = ["apply", "--node", node]
        let back = ["rollback", "--node", node]
        switch cut {
        case .committed: return [apply + ["--confirm-within", "none", plan], back]
        case .confirmed: return [apply + ["--confirm-within", "10m", "--detach", plan], ["confirm"], back]
        case .canary: return [apply + ["--canary", "5%", "--detach", plan], ["canary", "50%"], back]
        }
    }
}
