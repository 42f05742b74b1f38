/// What a choice rests on that kernels have or lack. Each is found out live, by ``probe()``; no version is compared.
public enum KernelFeature: String, CaseIterable, Codable, Sendable {
    /// The one name of a network namespace that is never used again: without it there is nothing to go by.
    case namespaceCookie
    /// A FIB lookup that leaves the neighbor out.
    case skipNeighbor
    /// The kernel's own structures, read from tc: membership `on-link` compares link types by it.
    case readDevice
    /// Interfaces looked up by their indexes: membership `enrolled`.
    case deviceSet
    /// A redirect that goes on behind a veth: egress `peer`.
    case redirectPeer
    /// A tail call through an array of programs: how a switch reaches the legacy program.
    case tailCall
    /// How a switch sees that the deadline has passed.
    case jiffies
    /// How the cell changes.
    case compareAndSwap
    /// How the kernel itself writes that the deadline has passed.
    case timer
    /// Programs in front of others, held by a link: where a shadow stands.
    case tcx
    /// How a shadow tells its samples.
    case ringBuffer

    /// Whether migrate cannot work without it.
    public var isRequired: Bool { self == .namespaceCookie }

    /// What a switch and its cell need.
    public static let cut: [KernelFeature] = [.tailCall, .jiffies, .compareAndSwap, .timer]

    /// Throws what the kernel said where it has none, as it does without CAP_BPF and CAP_NET_ADMIN.
    public func probe() throws(KernelError) {
        switch self {
        case .namespaceCookie: try FeatureProbe.namespaceCookie()
        case .skipNeighbor: try FeatureProbe.skipsNeighbor()
        case .readDevice: try FeatureProbe.readsDevice()
        case .deviceSet: try FeatureProbe.deviceSet()
        case .redirectPeer: try FeatureProbe.redirectToPeer()
        case .tailCall: try FeatureProbe.tailCall()
        case .jiffies: try FeatureProbe.jiffies()
        case .compareAndSwap: try FeatureProbe.compareAndSwap()
        case .timer: try FeatureProbe.timer()
        case .tcx: try FeatureProbe.tcx()
        case .ringBuffer: try FeatureProbe.ringBuffer()
        }
    }
}

extension KernelFeature {
    /// Why it is missing, in the kernel's words; `nil` where it is there. What was probed already is not probed again.
    public func absence(_ known: RedirectFeatures) -> String? {
        let reasons = known.reasons.joined(separator: "; ")
        switch self {
        case .skipNeighbor: return known.skipsNeighbor ? nil : reasons
        case .readDevice: return known.readsDevice ? nil : reasons
        default:
            do throws(KernelError) { try probe() } catch { return "\(error)" }
            return nil
        }
    }
}
