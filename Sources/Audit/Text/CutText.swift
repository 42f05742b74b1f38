import Model

/// How a plan takes over, in its header.
enum CutText {
    /// The cut in a line, and below it what it promises at a hook, where that is the same of all.
    static func rows(_ plan: PlanDocument) -> [(String, String)] {
        let hooks = plan.hooks.count { $0.action == .replace }
        guard hooks > 0 else { return [] }
        let cut = plan.decision.cut
        let guarantees = guarantees(plan)
        return [("cut", "\(cut.rawValue): \(cut.summary(hooks: hooks))")]
            + (guarantees.count == 1 ? guarantees.map { ("", $0) } : [])
    }

    /// What is promised, each once; of plans of earlier versions nothing.
    static func guarantees(_ plan: PlanDocument) -> [String] { plan.hooks.compactMap(\.guarantee).unique }
}
