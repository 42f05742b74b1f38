import Model

/// What a shadow cannot show, or shows too much of.
public enum ShadowWarnings {
    /// - Parameter inSlot: whether it stands in the slots: there nothing comes between it and the legacy program.
    public static func lines(_ outcome: PlanOutcome, inSlot: Bool) -> [String] {
        let plan = outcome.document
        var lines: [String] = []
        if !plan.blockers.isEmpty {
            let codes = Set(plan.blockers.map(\.code)).sorted().joined(separator: ", ")
            lines.append("the plan is blocked (\(codes)): apply refuses it as it is")
        }
        guard !inSlot else { return lines }
        for hook in outcome.hooks where hook.kind == .clsact || hook.kind == .ingress {
            // tcx programs come before the shadow, filters behind it: one of those may take a packet that was counted.
            let before = plan.hooks.filter { line in
                line.netns == hook.netns && line.ifindex == hook.ifindex && line.kind == hook.kind
                    && line.direction == hook.direction && line.chain == hook.chain && line.priority < hook.priority
            }
            guard let first = before.first else { continue }
            lines.append(
                "\(hook.title): a filter of priority \(first.priority) runs between the shadow and the legacy program; "
                    + "what it takes was counted, too")
        }
        return lines
    }
}
