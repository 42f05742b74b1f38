import Model

/// What a comparison packet by packet says against starting, and what it warns of.
enum EquivalenceFindings {
    /// - Parameter plan: the id of the plan in which each can be seen; `nil` where it is kept nowhere.
    static func blockers(_ section: PlanDocument.Equivalence, plan: String?) -> [PlanDocument.Blocker] {
        guard let first = section.differences.first else { return [] }
        let total = section.differencesTotal ?? section.differences.count
        let each = plan.map { "migrate show \(Identifier.short($0))" } ?? "migrate plan --equivalence --no-save -o json"
        return [
            .init(
                .equivalenceDiffers,
                "\(total) of \(section.cases) packets are treated differently, first at \(first.hook): \(first.packet): \(first.legacy.verdict.rawValue) today, \(first.replacement.verdict.rawValue) afterwards (\(first.aspects.map(\.rawValue).joined(separator: ", ")))",
                remedy:
                    "Correct the contract in the profile, or leave this deployment as it is; see each:  \(each)"
            )
        ]
    }

    static func warnings(_ section: PlanDocument.Equivalence) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        if let refused = section.refused, let first = refused.first {
            let more = refused.count > 1 ? " and \(refused.count - 1) more" : ""
            found.append(
                .init(
                    .equivalenceRefused, "legacy program and replacement were not compared: \(first)\(more)",
                    remedy:
                        "See the list of pure helpers in docs/datapath.md; the cross-check stands on the kernel's answers."
                ))
        }
        if let refused = section.framesRefused, let first = refused.first {
            found.append(
                .init(
                    .equivalenceRefused, "no real frames were compared: \(first)",
                    remedy: "The test runs stand; devices and MACs rest on the cross-check alone."))
        }
        if let changed = section.changedMaps {
            found.append(
                .init(
                    .equivalenceMapChanged, "\(changed.joined(separator: ", ")) changed while packets were compared",
                    remedy: "Where differences are listed, look again:  migrate plan --equivalence"))
        }
        return found
    }
}
