/// What both sides of a run had counted at one moment of its confirm window.
public struct TrafficSample: Codable, Hashable, Sendable {
    /// Nanoseconds since boot (`CLOCK_BOOTTIME`).
    public var atNs: UInt64
    /// Packets since the switches were installed.
    public var legacy: UInt64
    public var legacyFailed: UInt64
    public var replacement: UInt64
    public var replacementFailed: UInt64
    /// Per cent of the flows that are to take the replacement; `nil` where the cell was not read.
    public var share: Int?

    public init(
        atNs: UInt64, legacy: UInt64, legacyFailed: UInt64 = 0, replacement: UInt64, replacementFailed: UInt64 = 0,
        share: Int? = nil
    ) {
        self.atNs = atNs
        self.legacy = legacy
        self.legacyFailed = legacyFailed
        self.replacement = replacement
        self.replacementFailed = replacementFailed
        self.share = share
    }

    public init(atNs: UInt64, _ sides: TrafficSides, share: Int?) {
        self.init(
            atNs: atNs, legacy: sides.legacy.packets, legacyFailed: sides.legacy.failed,
            replacement: sides.replacement.packets, replacementFailed: sides.replacement.failed, share: share)
    }

    /// Keeps a long series short: of more than `limit` every other one, the first and the last among them.
    public static func thinned(_ samples: [TrafficSample], limit: Int = 240) -> [TrafficSample] {
        var samples = samples
        while samples.count > limit {
            let last = samples.count - 1
            samples = samples.enumerated().filter { $0.offset.isMultiple(of: 2) || $0.offset == last }.map(\.element)
        }
        return samples
    }
}
