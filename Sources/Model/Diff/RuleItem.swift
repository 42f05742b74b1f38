extension SnapshotItems {
    /// A rule has no name of its own: family and priority, and which of them where there are several.
    func item(_ rule: Rule) -> DiffItem {
        DiffItem(
            [.number(rule.netns), .text(rule.family.rawValue), .number(UInt64(rule.priority))],
            title: "\(rule.family.rawValue) rule \(rule.priority)\(place(rule.netns))",
            [
                ("action", rule.action), ("table", RoutingNames.table(rule.table)), ("from", rule.source),
                ("to", rule.destination),
                ("iif", rule.inputInterface), ("oif", rule.outputInterface), ("mark", rule.mark.map(hex)),
                ("mark_mask", rule.markMask.map(hex)), ("tos", rule.tos == 0 ? nil : rule.tos),
                ("ip_protocol", rule.ipProtocol), ("source_ports", text(rule.sourcePorts)),
                ("destination_ports", text(rule.destinationPorts)), ("user_ids", text(rule.userIDs)),
                ("other_selectors", list(rule.otherSelectors.map(String.init))), ("not", rule.isInverted ? "yes" : nil),
            ])
    }

    private func text(_ range: Rule.Range?) -> String? { range.map { "\($0.first)-\($0.last)" } }
}
