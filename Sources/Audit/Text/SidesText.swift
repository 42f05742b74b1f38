import Model

/// Both sides of a run in numbers, and its health.
public enum SidesText {
    /// One line for each side, then the verdict with its rule.
    public static func lines(_ sides: TrafficSides) -> [String] {
        if isBare(sides) { return ["  no packet of a flow was counted: nothing is concluded"] }
        var table = Table([.left, .right, .right, .right])
        table.add("", "packets", "not redirected", "failed")
        for (name, side) in [("legacy programs", sides.legacy), ("replacement", sides.replacement)] {
            table.add(
                name, String(side.packets), rate(side.missed, side.missedPerMillion),
                rate(side.failed, side.failedPerMillion))
        }
        let around = sides.surroundings.map {
            [
                "  planned neighbors failed since the flip: \($0.neighborsFailed); errors of their devices: \($0.deviceErrors)"
            ]
        }
        return table.lines(indent: "  ") + (sides.strays.map(strays) ?? []) + (around ?? []) + [
            "  \(verdict(sides.verdict)): \(sides.rule)"
        ]
    }

    /// A table of zeros tells less than that there was nothing.
    private static func isBare(_ sides: TrafficSides) -> Bool {
        let none = TrafficSides.Side(packets: 0, missed: 0, failed: 0)
        let isCalm = sides.surroundings.map { $0.neighborsFailed == 0 && $0.deviceErrors == 0 } ?? true
        return sides.legacy == none && sides.replacement == none && isCalm
            && sides.strays.map { strays($0).isEmpty } ?? true
    }

    private static func strays(_ strays: TrafficSides.Strays) -> [String] {
        let parts = [
            (strays.misdirected, "to a wrong device"), (strays.outsiders, "to devices that should not be members"),
            (strays.widened, "to destinations that the map does not hold (widened)"),
        ].filter { $0.0 > 0 }
        return parts.isEmpty ? [] : ["  redirected " + parts.map { "\($1): \($0)" }.joined(separator: "; ")]
    }

    static func lines(_ health: [HealthRecord]) -> [String] {
        health.map { record in
            let check = record.check
            let times = record.times == 1 ? "" : ", \(record.times) times until \(Words.time(record.lastAt))"
            return
                "  \(check.isHealthy ? "=" : "!") \(check.subject.rawValue) \(check.moment.rawValue): \(check.finding)"
                + " (from \(check.vantage), \(Words.time(check.at))\(times))"
        }
    }

    static func verdict(_ verdict: TrafficSides.Verdict) -> String {
        switch verdict {
        case .alike: "alike"
        case .worse: "THE REPLACEMENT IS WORSE"
        case .better: "the replacement is better"
        case .tooFew: "nothing is concluded yet"
        }
    }

    /// `12 (0.05 %)`, with as much of a per cent as a millionth tells.
    private static func rate(_ count: UInt64, _ perMillion: UInt64) -> String {
        count > 0 ? "\(count) (\(percent(perMillion)))" : "0"
    }

    /// Parts of a million as per cent, with as many decimals as it takes: `0.0833 %`.
    static func percent(_ perMillion: UInt64) -> String {
        var decimals = String(perMillion % 10_000)
        decimals = String(repeating: "0", count: 4 - decimals.count) + decimals
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(perMillion / 10_000)\(decimals.isEmpty ? "" : ".")\(decimals) %"
    }
}
