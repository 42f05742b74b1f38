import Kernel
import Model

extension ShadowGroup {
    /// As few as serve all hooks of a plan.
    ///
    /// - Throws: `shadowUnfit` where it cannot be told what a legacy program would do.
    public static func groups(_ outcome: PlanOutcome) throws(MigrateError) -> [ShadowGroup] {
        let programs = Dictionary(
            outcome.snapshot.programs.map { ($0.id, Set($0.mapIDs)) }, uniquingKeysWith: { first, _ in first })
        var groups: [ShadowGroup] = []
        for hook in outcome.hooks {
            let netns = hook.netns.cookie
            let read = hook.program.flatMap { programs[$0.id] } ?? []
            let configuration = ShadowConfiguration(
                replacement: RedirectConfiguration(outcome.document.decision, netns: netns),
                maps: try oneOfEachFamily(outcome.legacyMaps.filter { read.contains($0.id) }, hook))
            if let index = groups.firstIndex(where: { $0.netns == netns && $0.configuration == configuration }) {
                groups[index].hooks.append(hook)
            } else {
                groups.append(ShadowGroup(netns: netns, configuration: configuration, hooks: [hook]))
            }
        }
        return groups
    }

    private static func oneOfEachFamily(
        _ maps: [ShadowConfiguration.LegacyMap], _ hook: Hook
    ) throws(MigrateError) -> [ShadowConfiguration.LegacyMap] {
        for family in AddressFamily.allCases {
            let mine = maps.filter { $0.layout.key.family == family }
            guard mine.count > 1 else { continue }
            throw MigrateError(
                .shadowUnfit, "cannot compare at \(hook.title)",
                facts: [
                    "program \(hook.program?.id ?? 0) reads \(mine.count) maps of \(family.rawValue) addresses: "
                        + mine.map { "\($0.layout.title) (id \($0.id))" }.joined(separator: ", "),
                    "which of them it goes by cannot be told from outside",
                ],
                remedy: "Compare on made packets:  migrate plan --equivalence")
        }
        return maps
    }
}
