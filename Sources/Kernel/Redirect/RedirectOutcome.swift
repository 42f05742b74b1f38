import BPFObjects

/// Where a packet's way through the replacement ends (`enum migrate_outcome`, bpf/fib_redirect.h).
public enum RedirectOutcome: UInt32, Sendable, CaseIterable {
    case redirected = 0
    case notEligible
    case notUnicast
    case notMember
    case fibMiss
    case gateway
    case sameDevice
    case deviceDenied
    case deviceUnfit
    case error
    case dropped

    /// As counters and notes name it.
    public var name: String {
        switch self {
        case .redirected: "redirected"
        case .notEligible: "not_eligible"
        case .notUnicast: "not_unicast"
        case .notMember: "not_member"
        case .fibMiss: "fib_miss"
        case .gateway: "gateway"
        case .sameDevice: "same_device"
        case .deviceDenied: "device_denied"
        case .deviceUnfit: "device_unfit"
        case .error: "error"
        case .dropped: "dropped"
        }
    }
}

/// What a switch counts beside the outcomes, which are the replacement's (`enum migrate_outcome`, likewise).
public enum SwitchCount: UInt32, Sendable, CaseIterable {
    /// Handed to the legacy program.
    case toLegacy = 11
    /// Should have been handed to the legacy program, and could not be: the replacement took it.
    case fellForward
    /// Of ``toLegacy``: its flow is not in the share.
    case legacyShare
    /// Of those: the destination is no key of the legacy map.
    case legacyMiss
    /// Of those: a planned destination, and the device that the legacy map names is gone.
    case legacyFailed
    /// Of the replacement's misses: a planned destination that still is a key of the legacy map; and ``misdirected``, ``outsider``.
    case failed
    /// Of the redirected: planned, still a key, and to a device that neither the plan nor the map names.
    case misdirected
    /// Of the redirected: neither planned nor a key of the legacy map.
    case widened
    /// Of those: by membership enrolled, and the plan knows of nothing behind that device.
    case outsider

    /// As counters name it.
    public var name: String {
        switch self {
        case .toLegacy: "to_legacy"
        case .fellForward: "fell_forward"
        case .legacyShare: "legacy_share"
        case .legacyMiss: "legacy_miss"
        case .legacyFailed: "legacy_failed"
        case .failed: "failed"
        case .misdirected: "misdirected"
        case .widened: "widened"
        case .outsider: "outsider"
        }
    }
}

/// What `bpf_fib_lookup` answers (`BPF_FIB_LKUP_RET_*`, include/uapi/linux/bpf.h).
public struct FIBResult: Hashable, Sendable {
    /// 0…9, or `-errno`.
    public var rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let success = FIBResult(rawValue: 0)
    public static let blackhole = FIBResult(rawValue: 1)
    public static let unreachable = FIBResult(rawValue: 2)
    public static let prohibit = FIBResult(rawValue: 3)
    public static let notForwarded = FIBResult(rawValue: 4)
    public static let forwardingDisabled = FIBResult(rawValue: 5)
    public static let unsupportedTunnel = FIBResult(rawValue: 6)
    public static let noNeighbor = FIBResult(rawValue: 7)
    public static let fragmentationNeeded = FIBResult(rawValue: 8)

    public var name: String {
        switch rawValue {
        case 0: "success"
        case 1: "blackhole"
        case 2: "unreachable"
        case 3: "prohibit"
        case 4: "not-forwarded"
        case 5: "forwarding-disabled"
        case 6: "unsupported-tunnel"
        case 7: "no-neighbor"
        case 8: "fragmentation-needed"
        case 9: "no-source-address"
        case MIGRATE_NOT_ASKED: "not-asked"
        default: "error \(-rawValue)"
        }
    }
}
