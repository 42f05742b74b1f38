import Model

/// The entries of a plan: how many of each kind, and those that are not as they should be.
enum PlanEntries {
    /// Verdicts and effects side by side, most wanted first: what is well, then the rest in order of weight.
    static func counts(of plan: PlanDocument) -> [String] {
        let verdicts = ([.match] + Verdict.allCases.filter { $0 != .match }).map(\.rawValue)
        let left = present(verdicts, in: plan.verdicts)
        let right = present(Effect.allCases.map(\.rawValue), in: plan.effects)
        guard !left.isEmpty || !right.isEmpty else { return [] }
        var table = Table([.left, .right, .left, .left, .right, .left])
        table.add("verdict", "", "", "effect", "")
        for row in 0..<max(left.count, right.count) {
            let (verdict, count) = row < left.count ? left[row] : ("", "")
            let (effect, number) = row < right.count ? right[row] : ("", "")
            table.add(verdict, count, "", effect, number, Effect(rawValue: effect)?.words ?? "")
        }
        return table.lines(indent: "  ")
    }

    /// Known words in their order, then any that only a later version knows.
    private static func present(_ order: [String], in counts: [String: Int]) -> [(String, String)] {
        let others = counts.keys.filter { !order.contains($0) }.sorted()
        return (order + others).compactMap { word in
            guard let count = counts[word], count > 0 else { return nil }
            return (word, String(count))
        }
    }

    /// A section for each verdict, cut at the limit of a list; totals are the plan's, whatever the document lists.
    static func lists(of plan: PlanDocument, on page: inout Page) {
        let groups = Dictionary(grouping: plan.entries, by: \.verdict)
        for verdict in Verdict.allCases {
            guard let findings = groups[verdict] else { continue }
            let total = plan.verdicts[verdict.rawValue] ?? findings.count
            var table = Table([.left, .left, .left, .left, .left])
            table.add(
                "address", "the map says", "the kernel says", "effect",
                findings.allSatisfy(\.note.isEmpty) ? "" : "note")
            for finding in findings.prefix(Page.listLimit) {
                table.add(
                    finding.address.description, legacy(finding.legacy), kernel(finding.kernel),
                    finding.effect.rawValue, finding.note)
            }
            let lines = Page.limited(table.lines(indent: "  "), total: total + 1, limit: Page.listLimit + 1)
            page.section("\(verdict.rawValue) (\(total)):", lines)
        }
    }

    private static func legacy(_ legacy: Finding.Legacy) -> String {
        "\(legacy.interface ?? "gone") (\(legacy.ifindex)) \(legacy.mac)"
    }

    private static func kernel(_ kernel: Finding.Kernel) -> String {
        var parts = kernel.lookup == "success" ? [] : [kernel.lookup]
        if let ifindex = kernel.ifindex { parts.append("\(kernel.interface ?? "?") (\(ifindex))") }
        if let gateway = kernel.gateway { parts.append("via \(gateway)") }
        if let mac = kernel.mac {
            parts.append(mac.description)
        } else if kernel.ifindex != nil {
            parts.append("no MAC")
        }
        return parts.isEmpty ? "no answer" : parts.joined(separator: " ")
    }
}
