import Model

/// What comparing legacy program and replacement on the same packets came to.
enum EquivalenceText {
    /// Differences that text shows; the document has more of them, and the whole frames.
    private static let shown = 6
    /// Bytes of a frame that a line shows.
    private static let bytes = 96

    /// Lines for the plan's head: a word each before and behind.
    static func rows(_ equivalence: PlanDocument.Equivalence, of entries: Int) -> [(String, String)] {
        let total = equivalence.differencesTotal ?? equivalence.differences.count
        guard equivalence.ran || equivalence.cases > 0 else {
            return [("equivalence", equivalence.refused?.first.map { "not run: \($0)" } ?? "not run")]
        }
        let differences = total == 0 ? "no difference" : Words.count(total, "difference")
        let partly = equivalence.ran ? "" : "; not at every hook: \(equivalence.refused?.first ?? "")"
        var rows = [("equivalence", "\(Words.count(equivalence.cases, "packet")), \(differences)\(partly)")]
        if let drawn = equivalence.entries, drawn < entries {
            rows.append(("", "made for \(drawn) of \(entries) entries, those that packets reach first"))
        }
        if let frames = equivalence.frames {
            let why = equivalence.framesRefused?.first.map { "; not at every hook: \($0)" } ?? ""
            rows.append(("", "\(Words.count(frames, "real frame")) among them\(why)"))
        }
        if let unflipped = equivalence.unflipped {
            rows.append(("", "\(Words.count(unflipped, "packet")) among them through the switch before it flips"))
        }
        for line in equivalence.leftOut ?? [] { rows.append(("", line)) }
        if let line = counts(equivalence.byDesign) { rows.append(("", "by design: \(line)")) }
        if let line = counts(equivalence.byEffect) { rows.append(("", "by the entries: \(line)")) }
        return rows
    }

    static func differences(_ equivalence: PlanDocument.Equivalence, on page: inout Page) {
        let found = equivalence.differences
        guard !found.isEmpty else { return }
        var lines = found.prefix(shown).flatMap(lines)
        let total = equivalence.differencesTotal ?? found.count
        if total > shown { lines.append("  … and \(total - shown) more: -o json, key equivalence") }
        page.section("Differences between legacy program and replacement (\(total)):", lines)
    }

    private static func lines(_ one: PacketDifference) -> [String] {
        [
            "  \(one.hook): \(one.kind.rawValue) to \(one.role.rawValue) \(one.destination): \(changes(one))",
            "    \(one.packet)", "    got    \(hex(one.frame))", "    today  \(hex(one.legacy.frame))",
            "    then   \(hex(one.replacement.frame))",
        ]
    }

    /// `verdict redirect → ok, mark 0x200 → 0x0`.
    private static func changes(_ one: PacketDifference) -> String {
        one.aspects.map { aspect in
            switch aspect {
            case .verdict: "verdict \(one.legacy.verdict.rawValue) → \(one.replacement.verdict.rawValue)"
            case .device: "interface \(devices(one.legacy)) → \(devices(one.replacement))"
            case .mark: "mark \(number(one.legacy.mark)) → \(number(one.replacement.mark))"
            case .priority: "priority \(number(one.legacy.priority)) → \(number(one.replacement.priority))"
            case .controlBlock:
                "control block \(words(one.legacy.controlBlock)) → \(words(one.replacement.controlBlock))"
            default: aspect.rawValue
            }
        }.joined(separator: ", ")
    }

    private static func devices(_ side: PacketDifference.Side) -> String {
        let devices = side.devices ?? []
        return devices.isEmpty ? "none" : devices.map { String($0) }.joined(separator: ",")
    }

    private static func number(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }

    private static func words(_ block: [UInt32]) -> String {
        block.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func hex(_ frame: String) -> String {
        frame.count > 2 * bytes ? "\(frame.prefix(2 * bytes))… (\(frame.count / 2) bytes)" : frame
    }

    private static func counts(_ counts: [String: Int]?) -> String? {
        guard let counts, !counts.isEmpty else { return nil }
        return counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
