import Model

/// A report in a few sentences, for who has never heard of the tool.
enum Summary {
    static func sentences(_ facts: ReportFacts) -> [String] {
        [what(facts.report), outcome(facts), evidence(facts), limits(facts.report)].compactMap(\.self)
    }

    private static func what(_ report: ReportDocument) -> String? {
        let node = "On node \(report.node.name) "
        let way =
            "from programs that look a packet's destination up in a map, which an agent writes, to one that asks the kernel's own "
            + "routes and neighbors"
        if let run = report.run {
            return node + "\(run.hooks.count.of("hook")) \(run.hooks.count == 1 ? "was" : "were") switched \(way)."
        }
        guard let plan = report.plan else { return nil }
        let count = plan.hooks.count { $0.action == .replace }
        return node + "\(count.of("hook")) would be switched \(way)."
    }

    private static func outcome(_ facts: ReportFacts) -> String? {
        guard let run = facts.report.run else { return "Nothing was changed: this is a plan." }
        switch run.state {
        case .rolledBack:
            let proof = run.proof?.identical == true ? "the hooks hold what they held before" : "that is not proven"
            return
                "It was taken back\(reason(run)), and \(proof). What it bought is undone\(again(facts.report))."
        case .committed:
            return
                "It was confirmed and is in force\(can(facts.report)) It lasts until the node reboots or an interface goes."
        case .finalized: return "It was confirmed, is in force, and the programs of before are held no longer."
        case .provisional:
            return "It is in force and not confirmed: if nobody confirms, the kernel takes it back by itself."
        default: return nil
        }
    }

    /// What the map loses it loses again.
    private static func again(_ report: ReportDocument) -> String {
        let healed = report.plan?.effects[Effect.healed.rawValue] ?? 0
        return healed == 0
            ? "" : ": \(healed.of("destination")) that the map loses \(healed == 1 ? "is" : "are") lost again"
    }

    private static func reason(_ run: RunDocument) -> String {
        run.reason.map { " (\(OutlookWords.word($0)))" } ?? ""
    }

    private static func can(_ report: ReportDocument) -> String {
        report.plan?.decision.cut == .direct ? "." : "; until it is finalized, one command takes it back."
    }

    private static func evidence(_ facts: ReportFacts) -> String {
        func titles(_ standing: Claim.Standing) -> [String] {
            facts.claims.filter { $0.standing == standing }.map { "“\($0.title)”" }
        }
        let (failed, open) = (titles(.failed), titles(.notShown))
        var text = "Of \(facts.claims.count.of("claim")) that make it safe \(titles(.shown).count) "
        text += titles(.shown).count == 1 ? "is shown" : "are shown"
        if !failed.isEmpty { text += "; FAILED: \(failed.joined(separator: ", "))" }
        if !open.isEmpty { text += "; not shown: \(open.joined(separator: ", "))" }
        return text + "."
    }

    private static func limits(_ report: ReportDocument) -> String {
        let warnings = (report.plan?.warnings.count ?? 0) + (report.run?.warnings.count ?? 0)
        let unobserved = report.unobserved?.count ?? 0
        let kept = (report.plan?.hooks ?? []).count { $0.action != .replace }
        let others = kept == 0 ? "" : "; \(kept.of("other hook")) of the node seen and left alone"
        return
            "\(warnings.of("warning")), \(unobserved.of("thing")) not observed\(others): all of them are listed below."
    }
}
