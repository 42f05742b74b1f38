import Model

/// What about the legacy maps themselves an operator should know.
enum MapWarnings {
    static func find(
        _ maps: [(layout: Profile.LegacyMap, record: MapRecord)], writers: Profile.Writers
    ) -> [PlanDocument.Blocker] {
        maps.flatMap { map in [occupancy(map.record), foreignWriters(map.record, writers)].compactMap { $0 } }
    }

    private static func occupancy(_ map: MapRecord) -> PlanDocument.Blocker? {
        guard map.maxEntries > 0, map.entries * 10 >= Int(map.maxEntries) * 9 else { return nil }
        return .init(
            .mapNearlyFull, "\(title(map)): \(map.entries) of \(map.maxEntries) entries are in use",
            remedy: "The replacement under on-link asks no map; until then remove stale entries, or restart the writer."
        )
    }

    /// By name, as the profile knows them; a plugin of the CNI opens the map for a moment only.
    private static func foreignWriters(_ map: MapRecord, _ writers: Profile.Writers) -> PlanDocument.Blocker? {
        let others = map.holders.filter { $0.writable == true && !writers.processes.contains($0.command) }
        guard !others.isEmpty else { return nil }
        let names = others.map { "\($0.command) (pid \($0.pid))" }.joined(separator: ", ")
        return .init(
            .foreignWriter, "\(title(map)) is held writable by \(names), which the profile does not name as writer",
            remedy: "See what it is:  ls -l /proc/\(others[0].pid)/exe; name it in a profile: --profile FILE")
    }

    private static func title(_ map: MapRecord) -> String { "\(map.pin ?? map.name) (id \(map.id))" }
}
