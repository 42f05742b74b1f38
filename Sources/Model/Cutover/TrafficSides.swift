/// How the two sides of a run fare while its window is open: what the switches counted since the flip, and a verdict with the
/// rule that it follows. Both sides' packets are those of flows; what cannot be parsed has none.
public struct TrafficSides: Codable, Hashable, Sendable {
    public struct Side: Codable, Hashable, Sendable {
        public var packets: UInt64
        /// Not redirected: the legacy map holds no such key, the replacement has another reason.
        public var missed: UInt64
        /// Of planned destinations that are keys of the legacy map: its device is gone; the replacement did not redirect, or to
        /// a wrong device (``Strays``).
        public var failed: UInt64
        /// Of a million packets.
        public var missedPerMillion: UInt64
        public var failedPerMillion: UInt64

        public init(packets: UInt64, missed: UInt64, failed: UInt64) {
            self.packets = packets
            self.missed = missed
            self.failed = failed
            missedPerMillion = Self.perMillion(missed, of: packets)
            failedPerMillion = Self.perMillion(failed, of: packets)
        }

        private static func perMillion(_ count: UInt64, of all: UInt64) -> UInt64 {
            let product = count.multipliedFullWidth(by: 1_000_000)
            return all <= product.high ? 0 : all.dividingFullWidth(product).quotient
        }
    }

    public enum Verdict: String, Codable, Hashable, Sendable {
        case alike
        /// The replacement fails more often.
        case worse
        /// The legacy programs fail more often.
        case better
        case tooFew = "too-few-packets"
    }

    /// What only the node can tell, since the flip, of all planned destinations; which side a packet took, it does not know.
    public struct Surroundings: Codable, Hashable, Sendable {
        /// Planned neighbors that failed: a concern of the replacement, for the legacy programs ask none.
        public var neighborsFailed: Int
        /// Errors that the destinations' devices counted, on behalf of both sides.
        public var deviceErrors: UInt64
        public init(neighborsFailed: Int, deviceErrors: UInt64) {
            self.neighborsFailed = neighborsFailed
            self.deviceErrors = deviceErrors
        }
    }

    /// What the replacement redirected, though not where it was expected.
    public struct Strays: Codable, Hashable, Sendable {
        /// Of planned destinations, to a device that neither the plan nor the legacy map names: failed.
        public var misdirected: UInt64
        /// To destinations that are neither planned nor keys of the legacy map: the legacy programs let those pass to the stack.
        public var widened: UInt64
        /// Of those, by membership enrolled, to a device with no planned destination behind it: failed.
        public var outsiders: UInt64
        public init(misdirected: UInt64, widened: UInt64, outsiders: UInt64) {
            self.misdirected = misdirected
            self.widened = widened
            self.outsiders = outsiders
        }
    }

    /// `nil` of runs that did not count it.
    public var strays: Strays?
    /// `nil` where nobody read it.
    public var surroundings: Surroundings?
    /// Flows that are not in the share.
    public var legacy: Side
    public var replacement: Side
    public var verdict: Verdict
    /// What the verdict follows from, in words.
    public var rule: String

    /// Packets of a side below which nothing is concluded.
    public static let fewest: UInt64 = 100

    /// - Parameter counters: of the run's switches, by name.
    public init(counters: [String: UInt64]) {
        let count = { (name: String) in counters[name] ?? 0 }
        legacy = Side(packets: count("legacy_share"), missed: count("legacy_miss"), failed: count("legacy_failed"))
        let reasons = [
            "not_unicast", "not_member", "fib_miss", "gateway", "same_device", "device_denied", "device_unfit", "error",
        ]
        let missed = reasons.map(count).reduce(0, &+)
        replacement = Side(packets: count("redirected") &+ missed, missed: missed, failed: count("failed"))
        strays = counters["widened"].map {
            Strays(misdirected: count("misdirected"), widened: $0, outsiders: count("outsider"))
        }
        (verdict, rule) = Self.judge(legacy, replacement, neighborsFailed: 0)
    }

    /// The same with what the node tells beside it.
    public func adding(_ surroundings: Surroundings?) -> TrafficSides {
        var sides = self
        sides.surroundings = surroundings
        (sides.verdict, sides.rule) = Self.judge(
            legacy, replacement, neighborsFailed: surroundings?.neighborsFailed ?? 0)
        return sides
    }

    private static func judge(
        _ legacy: Side, _ replacement: Side, neighborsFailed: Int
    ) -> (Verdict, String) {
        let limit = FlowShare.breaker
        let margin = UInt64(limit.parts) * 1_000_000 / UInt64(CellWord.wholeShare)
        let rule =
            "a side is worse when its failures are more than \(limit.text) of its packets above the other's; the replacement is, too, when a planned neighbor has failed"
        if neighborsFailed > 0 { return (.worse, rule) }
        guard replacement.packets >= fewest else {
            return (.tooFew, "fewer than \(fewest) packets on the replacement; \(rule)")
        }
        if replacement.failedPerMillion > legacy.failedPerMillion + margin { return (.worse, rule) }
        // Of few packets one failure is a large share.
        if legacy.packets >= fewest, legacy.failedPerMillion > replacement.failedPerMillion + margin {
            return (.better, rule)
        }
        return (.alike, rule)
    }
}
