/// What the shadow found of one packet: what the legacy map says against what the replacement would do.
public enum ShadowComparison: String, Codable, Hashable, CaseIterable, Sendable {
    case agreed
    case unresolved
    case deviceDiffers = "device-differs"
    case macDiffers = "mac-differs"
    case fibMisses = "fib-misses"
    case mapMisses = "map-misses"

    public var isDifference: Bool { self != .agreed && self != .unresolved }

    /// Those that are differences, in the order in which texts list them.
    public static let differences = allCases.filter(\.isDifference)

    /// As texts say it of a number of packets.
    public var words: String {
        switch self {
        case .agreed: "agreed: the same device and MAC"
        case .unresolved: "agreed on the device; the kernel would resolve the MAC first"
        case .deviceDiffers: "device differs"
        case .macDiffers: "MAC differs"
        case .fibMisses: "FIB would miss: the map redirects, the replacement would not"
        case .mapMisses: "map would miss: the replacement redirects, the map does not"
        }
    }
}

/// Packets of each kind.
public struct ShadowCounts: Codable, Hashable, Sendable {
    public var agreed: UInt64 = 0
    public var unresolved: UInt64 = 0
    public var deviceDiffers: UInt64 = 0
    public var macDiffers: UInt64 = 0
    public var fibMisses: UInt64 = 0
    public var mapMisses: UInt64 = 0

    public init() {}

    public subscript(comparison: ShadowComparison) -> UInt64 {
        get { self[keyPath: Self.path(comparison)] }
        set { self[keyPath: Self.path(comparison)] = newValue }
    }

    private static func path(_ comparison: ShadowComparison) -> WritableKeyPath<ShadowCounts, UInt64> {
        switch comparison {
        case .agreed: \.agreed
        case .unresolved: \.unresolved
        case .deviceDiffers: \.deviceDiffers
        case .macDiffers: \.macDiffers
        case .fibMisses: \.fibMisses
        case .mapMisses: \.mapMisses
        }
    }

    /// Packets that either program redirects.
    public var all: UInt64 { ShadowComparison.allCases.reduce(0) { $0 + self[$1] } }
    public var differing: UInt64 { ShadowComparison.differences.reduce(0) { $0 + self[$1] } }

    public static func += (sum: inout ShadowCounts, more: ShadowCounts) {
        for comparison in ShadowComparison.allCases { sum[comparison] += more[comparison] }
    }
}

/// Every packet that came by.
public struct ShadowTotals: Codable, Hashable, Sendable {
    /// That at least one of the two redirects.
    public var compared = ShadowCounts()
    /// Eligible, and neither redirects them.
    public var bothMiss: UInt64 = 0
    /// Not the contract's: neither program looks at them.
    public var ineligible: UInt64 = 0
    /// Of `compared`, to destinations for which there was no room: they are in no row.
    public var untabled: UInt64 = 0
    /// Differing packets that were to be shown, and for which there was no room.
    public var unshown: UInt64 = 0

    public init() {}

    public var eligible: UInt64 { compared.all + bothMiss }
    public var seen: UInt64 { eligible + ineligible }

    public static func += (sum: inout ShadowTotals, more: ShadowTotals) {
        sum.compared += more.compared
        sum.bothMiss += more.bothMiss
        sum.ineligible += more.ineligible
        sum.untabled += more.untabled
        sum.unshown += more.unshown
    }
}
