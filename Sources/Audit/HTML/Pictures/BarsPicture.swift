import Model

/// Counts as bars, one below the other, each with its number.
enum BarsPicture {
    struct Bar {
        var label: String
        var count: UInt64
        /// Class of the style sheet.
        var style: String
    }

    static func draw(_ bars: [Bar], id: String, title: String, caption: String) throws -> Picture {
        var picture = Picture(
            id: id, title: title, description: bars.map { "\($0.label): \($0.count)" }.joined(separator: ", "),
            caption: caption)
        let left = 132, room = Picture.width - left - 84
        let most = max(1, bars.map(\.count).max() ?? 1)
        var y = 4
        for bar in bars {
            // What is there at all is seen, however much else there is.
            let part = Double(bar.count) / Double(most) * Double(room)
            let width = bar.count == 0 ? 0 : max(2, Int(part))
            try picture.text(left - 8, y + 14, bar.label, anchor: "end", room: 20)
            try picture.box(left, y + 2, width, 16, bar.style, round: 2)
            try picture.text(left + width + 6, y + 14, bar.count.grouped, "soft")
            y += 24
        }
        picture.grow(to: y)
        return picture
    }

    static func verdicts(_ plan: PlanDocument) throws -> Picture {
        let bars = plan.verdicts.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            Bar(
                label: $0.key, count: UInt64(max(0, $0.value)),
                style: $0.key == Verdict.match.rawValue ? "good" : "unsure")
        }
        return try draw(
            bars, id: "verdicts", title: "Entries by verdict",
            caption: "What the kernel says of each entry of the map. Amber: out of step with it.")
    }

    static func effects(_ plan: PlanDocument) throws -> Picture {
        let bars = plan.effects.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            Bar(label: $0.key, count: UInt64(max(0, $0.value)), style: style($0.key))
        }
        return try draw(
            bars, id: "effects", title: "Entries by effect",
            caption: "What the change does to each: healed is lost today and delivered afterwards, broken the reverse.")
    }

    private static func style(_ effect: String) -> String {
        switch Effect(rawValue: effect) {
        case .same?, .healed?: "good"
        case .broken?: "bad"
        default: "unsure"
        }
    }

    static func sides(_ sides: TrafficSides) throws -> Picture {
        try draw(
            [
                Bar(label: "legacy programs", count: sides.legacy.packets, style: "legacy"),
                Bar(label: "not redirected", count: sides.legacy.missed, style: "unsure"),
                Bar(label: "failed", count: sides.legacy.failed, style: "bad"),
                Bar(label: "replacement", count: sides.replacement.packets, style: "ours"),
                Bar(label: "not redirected", count: sides.replacement.missed, style: "unsure"),
                Bar(label: "failed", count: sides.replacement.failed, style: "bad"),
            ], id: "sides", title: "Counters per side",
            caption:
                "From the flip until the run was looked at last, also after it was confirmed. A share is one of flows, so that "
                + "packets may be divided otherwise; not redirected is what went to the network stack, as without a program. "
                + "In what failed, \(SidesText.verdict(sides.verdict)): \(sides.rule).")
    }
}

extension UInt64 {
    /// `128 400`: thousands apart by a narrow blank that does not break.
    var grouped: String {
        var digits = String(self), groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return ([digits] + groups).joined(separator: "\u{202f}")
    }
}
