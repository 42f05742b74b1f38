import Model

/// Which maps the replacement asks for keys: in each namespace those that its legacy programs read.
enum KeyMaps {
    static func identities(
        _ maps: [(layout: Profile.LegacyMap, record: MapRecord)], hooks: [Hook], programs: [ProgramRecord]
    ) -> [Decision.MapIdentity] {
        let reads = Dictionary(programs.map { ($0.id, Set($0.mapIDs)) }, uniquingKeysWith: { $1 })
        return maps.map { map in
            let readers = hooks.filter { hook in
                hook.program.flatMap { reads[$0.id]?.contains(map.record.id) } ?? false
            }
            return .init(
                id: map.record.id, pin: map.record.title,
                keys: .init(layout: map.layout.key, readers: Set(readers.map(\.netns.cookie)).sorted()))
        }
    }

    /// One map of each family can be asked in a namespace.
    static func blockers(_ maps: [Decision.MapIdentity], membership: Membership) -> [PlanDocument.Blocker] {
        guard membership == .legacyKeys else { return [] }
        let namespaces = Set(maps.flatMap { $0.keys?.readers ?? [] }).sorted()
        return namespaces.flatMap { netns in
            AddressFamily.allCases.compactMap { family -> PlanDocument.Blocker? in
                let read = maps.filter { $0.keys?.layout.family == family && $0.keys?.readers.contains(netns) == true }
                guard read.count > 1 else { return nil }
                return .init(
                    .profileContract,
                    "legacy-keys can ask one map for \(family.rawValue) keys, the legacy programs read \(read.count): \(read.map(\.pin).joined(separator: ", "))",
                    remedy: "Ask none of them:  migrate plan --membership on-link")
            }
        }
    }
}
