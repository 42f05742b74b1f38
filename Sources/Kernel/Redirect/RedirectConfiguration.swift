import BPFObjects
import Model

/// What the replacement is told through its constants; the probe is told the same.
public struct RedirectConfiguration: Hashable, Sendable {
    public var contract: Profile.Contract
    public var membership: Membership
    public var egress: Egress
    /// `BPF_FIB_LOOKUP_*`.
    public var fibFlags: UInt32
    /// Whether link types are compared through the kfunc `bpf_rdonly_cast`.
    public var readsDevice: Bool
    /// ifindexes that are never redirected to; at most `deniedLimit`.
    public var denied: [UInt32]
    /// For `legacyKeys`: the maps whose keys are members, at most one of each family.
    public var keys: [LegacyKeys]
    /// Families whose source MAC the legacy program rewrites as well; for egress `mac`.
    public var rewritesSource: [AddressFamily]
    /// For `enrolled`: id of the set of interfaces, a DEVMAP_HASH keyed by ifindex. Without one a trial gets an empty set of
    /// its own, and a load is refused.
    public var enrolledMap: UInt32?
    /// Of a switch: the destinations that can fail. Without them none can.
    public var planned: Planned?
    /// Of a switch.
    public var breaker = Breaker.standard

    /// Ids of the maps of a ``PlannedSet``.
    public struct Planned: Hashable, Sendable {
        public var map: UInt32
        public var devices: UInt32
        public init(_ set: borrowing PlannedSet) { (map, devices) = (set.map.record.id, set.devices.record.id) }
    }

    /// A legacy map, and how an address sits in its key.
    public struct LegacyKeys: Hashable, Sendable {
        public var mapID: UInt32
        public var layout: Profile.KeyLayout
        /// How its values name an interface; `nil` where that is not known.
        public var value: Profile.ValueLayout?
        public init(mapID: UInt32, layout: Profile.KeyLayout, value: Profile.ValueLayout? = nil) {
            self.mapID = mapID
            self.layout = layout
            self.value = value
        }
    }

    public static let deniedLimit = Int(MIGRATE_DENY_MAX)
    /// `BPF_FIB_LOOKUP_SKIP_NEIGH` (include/uapi/linux/bpf.h).
    public static let skipNeighbor: UInt32 = 4

    public init(
        contract: Profile.Contract, membership: Membership, egress: Egress, fibFlags: UInt32, readsDevice: Bool,
        denied: [UInt32], keys: [LegacyKeys] = [], rewritesSource: [AddressFamily] = [], enrolledMap: UInt32? = nil
    ) {
        self.contract = contract
        self.membership = membership
        self.egress = egress
        self.fibFlags = fibFlags
        self.readsDevice = readsDevice
        self.denied = denied
        self.keys = keys
        self.rewritesSource = rewritesSource
        self.enrolledMap = enrolledMap
    }

    /// For the hooks of one namespace: interface indexes mean nothing in another.
    ///
    /// - Parameter netns: its cookie.
    public init(_ decision: Decision, netns: UInt64) {
        self.init(
            contract: decision.profile.contract, membership: decision.membership, egress: decision.egress,
            fibFlags: decision.replacement.fibFlags, readsDevice: decision.replacement.readsDevice,
            denied: decision.replacement.denied.filter { $0.netns == netns }.map(\.ifindex),
            keys: Self.keys(decision, netns: netns),
            rewritesSource: decision.profile.maps.filter { $0.value.sourceMACOffset != nil }.map(\.key.family))
    }

    /// Of the maps that the legacy programs of a namespace read, the first of each family; where there are more, the
    /// plan is blocked (`profileContract`). Without a reader, which is a blocker as well, any will do for a trial.
    private static func keys(_ decision: Decision, netns: UInt64) -> [LegacyKeys] {
        let read = decision.maps.filter { $0.keys?.readers.contains(netns) ?? false }
        let all = (read.isEmpty ? decision.maps : read).compactMap { map in
            map.keys.map { LegacyKeys(mapID: map.id, layout: $0.layout, value: value(decision, $0.layout)) }
        }
        return AddressFamily.allCases.compactMap { family in all.first { $0.layout.family == family } }
    }

    /// Of the profile's maps with such keys, where they agree.
    private static func value(_ decision: Decision, _ key: Profile.KeyLayout) -> Profile.ValueLayout? {
        let layouts = Set(decision.profile.maps.filter { $0.key == key }.map(\.value))
        return layouts.count == 1 ? layouts.first : nil
    }

    /// Name of the program in the object.
    public var program: String { Self.program(for: membership) }

    /// One for each membership: legacy-keys and enrolled need maps that the others must not refer to.
    public static func program(for membership: Membership) -> String {
        switch membership {
        case .onLink: "fib_redirect"
        case .enrolled: "fib_redirect_enrolled"
        case .legacyKeys: "fib_redirect_keys"
        }
    }

    /// - Parameter tries: ids of those maps that are LPM tries.
    func constants(tries: Set<UInt32>) throws(KernelError) -> migrate_config {
        guard denied.count <= Self.deniedLimit else {
            throw KernelError.refused(
                "configure", "replacement", "\(denied.count) interfaces to deny, \(Self.deniedLimit) fit")
        }
        var config = migrate_config()
        for family in contract.families { config.families |= Self.bit(family) }
        for l4 in contract.protocols {
            switch l4 {
            case .tcp: config.l4 |= UInt32(MIGRATE_L4_TCP)
            case .udp: config.l4 |= UInt32(MIGRATE_L4_UDP)
            case .any: config.l4 |= UInt32(MIGRATE_L4_ANY)
            }
        }
        switch egress {
        case .neigh: config.egress = UInt32(MIGRATE_EGRESS_NEIGH)
        case .mac: config.egress = UInt32(MIGRATE_EGRESS_MAC)
        case .peer: config.egress = UInt32(MIGRATE_EGRESS_PEER)
        }
        config.on_failure = UInt32(contract.onFailure == .drop ? MIGRATE_FAILURE_DROP : MIGRATE_FAILURE_PASS)
        config.on_miss = UInt32(contract.onMiss == .next ? MIGRATE_MISS_NEXT : MIGRATE_MISS_OK)
        config.cb_index = contract.controlBlock?.index ?? .max
        config.cb_value = contract.controlBlock?.value ?? 0
        config.set_mark = contract.mark == nil ? 0 : 1
        config.mark = contract.mark ?? 0
        config.fib_flags = fibFlags
        config.read_device = readsDevice ? 1 : 0
        config.deny_count = UInt32(denied.count)
        // SAFETY: `deny` is an array of u32 with room for `deniedLimit` of them.
        unsafe withUnsafeMutableBytes(of: &config.deny) { bytes in
            for (index, ifindex) in denied.enumerated() {
                unsafe bytes.storeBytes(of: ifindex, toByteOffset: 4 * index, as: UInt32.self)
            }
        }
        for family in rewritesSource { config.rewrite_source |= Self.bit(family) }
        for key in keys {
            let layout = key.layout
            var spelt = Self.spelling(layout, isTrie: tries.contains(key.mapID))
            spelt.ifindex_offset = key.value?.ifindexOffset ?? 0
            spelt.ifindex_width = key.value?.ifindexWidth ?? 0
            if layout.family == .ipv4 { config.key4 = spelt } else { config.key6 = spelt }
        }
        config.breaker = breaker.constants
        return config
    }

    static func spelling(_ layout: Profile.KeyLayout, isTrie: Bool) -> migrate_key {
        var key = migrate_key()
        key.size = layout.size
        key.offset = layout.offset
        key.host_order = layout.byteOrder == .host ? 1 : 0
        key.prefix_length = isTrie ? layout.hostPrefixLength : 0
        return key
    }

    static func bit(_ family: AddressFamily) -> UInt32 {
        UInt32(family == .ipv4 ? MIGRATE_FAMILY_IPV4 : MIGRATE_FAMILY_IPV6)
    }
}
