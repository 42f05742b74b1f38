import Model

/// What a change buys, as terms with a value and how it was measured.
enum GainWords {
    struct Row {
        var term: String
        var value: String
        /// How it was measured, or why not.
        var how: String
    }

    /// - Parameter isUndone: the change was taken back, and what it healed is as it was.
    static func rows(_ gain: Gain, isUndone: Bool = false) -> [Row] {
        gain.updates.map(updates) + [outOfStep(gain, isUndone), retired(gain)] + gain.occupancy.map(occupancy)
    }

    private static func updates(_ updates: Gain.Updates) -> Row {
        let term = "Updates of map \(updates.map) that nobody needs any more"
        guard let keys = updates.keysChanged, let interval = updates.intervalMs else {
            return Row(term: term, value: "not measured", how: updates.note)
        }
        let seen =
            keys == 0
            ? "no key seen to change in \(span(interval))"
            : "at least \(keys.of("key")) changed in \(span(interval))"
        let note = updates.note.isEmpty ? "" : "; \(updates.note)"
        let how =
            updates.method == .twoReadings
            ? "every entry read twice by the plan\(note)"
            : "the plan's snapshot against the map when this report was made\(note)"
        guard let perHour = updates.perHour else {
            return Row(term: term, value: seen, how: "\(how); too short a time to speak of an hour")
        }
        // Of none that was seen nothing follows for an hour.
        return Row(term: term, value: keys == 0 ? seen : "at least \(perHour) per hour", how: "\(seen); \(how)")
    }

    /// `412 ms`, `41 s`, `5 min 3 s`.
    private static func span(_ milliseconds: Int) -> String {
        milliseconds < 1000 ? "\(milliseconds) ms" : Duration.words(seconds: milliseconds / 1000)
    }

    private static func outOfStep(_ gain: Gain, _ isUndone: Bool) -> Row {
        let verdicts = gain.outOfStep.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let fate =
            isUndone
            ? "that the map loses, and that the replacement could reach while it stood"
            : "lost by the map, and reached by the replacement"
        let healed = gain.healed == 0 ? "" : "; by its answers \(gain.healed.of("destination")) \(fate)"
        return Row(
            term: "Entries out of step with the kernel",
            value: "\(gain.outOfStepTotal) of \(gain.entriesTotal)" + (verdicts.isEmpty ? "" : " (\(verdicts))"),
            how: "the kernel was asked for every entry\(healed)")
    }

    private static func retired(_ gain: Gain) -> Row {
        let term = "Programs, maps and memory retired"
        guard let at = gain.lookedAt else {
            return Row(term: term, value: "not measured", how: "nobody looked whether they are still loaded")
        }
        let left = gain.objects.filter { $0.isLoaded == true }.map { "\($0.kind.rawValue) \($0.id) \($0.name)" }
        let unknown = gain.retired.contains { $0.bytesMemlock == nil } ? ", some of unknown size" : ""
        return Row(
            term: term,
            value: "\(gain.retired(.program).of("program")), \(gain.retired(.map).of("map")), "
                + "\(gain.retiredBytes) bytes\(unknown)",
            how: "memlock of fdinfo when it was planned; loaded or not at \(Words.time(at))"
                + (left.isEmpty ? "" : "; still loaded: \(Words.list(left))"))
    }

    private static func occupancy(_ map: Gain.Occupancy) -> Row {
        let tenths = map.perMillion / 1000
        return Row(
            term: "Occupancy of map \(map.map)",
            value: "\(map.entries) of \(map.maxEntries) (\(tenths / 10).\(tenths % 10) %)",
            how: "entries read by the plan, against max_entries")
    }
}
