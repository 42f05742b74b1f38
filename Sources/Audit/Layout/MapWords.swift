import Model

/// Who uses a map and how it changes, in words.
enum MapWords {
    /// `9 of 1024 entries`.
    static func fill(_ map: MapRecord) -> String {
        let count = "\(map.entries) of \(map.maxEntries) entries"
        // An array is always full, and one that evicts (LRU) as a rule.
        guard map.entries >= map.maxEntries, ["hash", "lpm_trie"].contains(map.typeName) else { return count }
        return count + ": full, no further address fits"
    }

    /// `held writable by install-cni (pid 812)`, `3 keys changed in 0.4 s`.
    static func use(_ map: MapRecord) -> [String] {
        let writers = map.holders.filter { $0.writable == true }
        let readers = map.holders.filter { $0.writable == false }
        let others = map.holders.filter { $0.writable == nil }
        return [
            held(writers, "held writable by"), held(readers, "held read-only by"), held(others, "held by"),
            map.activity.map(activity),
        ].compactMap { $0 }
    }

    private static func held(_ processes: [MapRecord.Process], _ verb: String) -> String? {
        processes.isEmpty ? nil : "\(verb) \(Words.list(processes.map { "\($0.command) (pid \($0.pid))" }))"
    }

    private static func activity(_ activity: MapActivity) -> String {
        // Keys that share a sum hide each other, so none is then only none that was seen.
        let keys =
            activity.keysChanged > 0
            ? Words.count(activity.keysChanged, "key") : activity.isExact ? "no key" : "no key seen to have"
        let least = activity.isExact || activity.keysChanged == 0 ? "" : "at least "
        let tenths = (activity.intervalMs + 50) / 100
        let time = tenths == 0 ? "\(activity.intervalMs) ms" : "\(tenths / 10).\(tenths % 10) s"
        let moved = activity.moved == 0 ? "" : ", \(activity.moved) moved while it was read"
        return "\(least)\(keys) changed in \(time)\(moved)"
    }
}
