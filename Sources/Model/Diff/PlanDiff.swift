/// Compares two plans: what was decided, what was found of the entries, and what stood in the way.
public enum PlanDiff {
    /// What makes them different decisions; empty exactly when the plan ids are the same.
    public static func decision(_ before: PlanDocument, _ after: PlanDocument) -> [String] {
        before.planID == after.planID ? [] : before.decision.changes(to: after.decision)
    }

    public static func groups(_ before: PlanDocument, _ after: PlanDocument) -> [DiffGroup] {
        [
            DiffGroup.compare("verdicts", verdicts(before), verdicts(after)),
            DiffGroup.compare("destinations", destinations(before), destinations(after)),
            DiffGroup.compare("widened", before.membership.widened.map(item), after.membership.widened.map(item)),
            DiffGroup.compare("lost", before.membership.lost.map(item), after.membership.lost.map(item)),
            DiffGroup.compare("blockers", before.blockers.map(item), after.blockers.map(item)),
            DiffGroup.compare("warnings", before.warnings.map(item), after.warnings.map(item)),
        ]
    }

    /// How many entries have each verdict and each effect.
    private static func verdicts(_ plan: PlanDocument) -> [DiffItem] {
        plan.verdicts.map {
            DiffItem([.text("verdict"), .text($0.key)], title: "verdict \($0.key)", [("entries", $0.value)])
        }
            + plan.effects.map {
                DiffItem([.text("effect"), .text($0.key)], title: "effect \($0.key)", [("entries", $0.value)])
            }
    }

    /// The entries that a plan lists: those that are no match. One that only one side lists is a match on the other, or
    /// no entry there.
    private static func destinations(_ plan: PlanDocument) -> [DiffItem] {
        plan.entries.filter { $0.verdict != .match }.map { finding in
            DiffItem(
                [.address(finding.address)], title: "\(finding.address)",
                [
                    ("verdict", finding.verdict.rawValue), ("effect", finding.effect.rawValue),
                    ("map_interface", finding.legacy.interface ?? "ifindex \(finding.legacy.ifindex)"),
                    ("map_mac", finding.legacy.mac), ("kernel_lookup", finding.kernel.lookup),
                    ("kernel_interface", finding.kernel.interface), ("kernel_mac", finding.kernel.mac),
                    ("kernel_gateway", finding.kernel.gateway), ("note", finding.note),
                ])
        }
    }

    private static func item(_ destination: PlanDocument.Destination) -> DiffItem {
        DiffItem(
            [.address(destination.address), .text(destination.interface)],
            title: "\(destination.address) on \(destination.interface)", [("why", destination.why)])
    }

    /// Without its remedy: that carries the options of the command that printed it, and says nothing of the node.
    private static func item(_ blocker: PlanDocument.Blocker) -> DiffItem {
        DiffItem([.text(blocker.code), .text(blocker.message)], title: "\(blocker.code) \(blocker.message)", [])
    }
}
