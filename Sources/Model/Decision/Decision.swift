/// What a plan decides: everything that is approved, and nothing that merely was seen.
///
/// The plan id is the SHA-256 of this value's canonical JSON, so it stays the same however often the
/// entries of a map change, and differs as soon as another program, place or node is concerned.
public struct Decision: Codable, Hashable, Sendable {
    /// A hook, as `apply` must find it.
    public struct Precondition: Codable, Hashable, Sendable {
        /// Cookie of the namespace.
        public var netns: UInt64
        public var interface: String
        public var ifindex: UInt32
        public var kind: HookKind
        public var direction: HookDirection
        public var chain: UInt32
        public var priority: UInt16
        public var handle: UInt32
        /// EtherType in host byte order.
        public var etherType: UInt16
        public var program: ProgramReference
        public var filterName: String?
        public var classID: UInt32?
        public var filterFlags: UInt32?
        public var offloadFlags: UInt32?
        /// The link that holds the program, at tcx; `nil` where it is attached without one.
        public var linkID: UInt32?

        /// `nil` for a hook without an eBPF program, which cannot be replaced.
        public init?(_ hook: Hook) {
            guard let program = hook.program else { return nil }
            netns = hook.netns.cookie
            interface = hook.interface
            ifindex = hook.ifindex
            kind = hook.kind
            direction = hook.direction
            chain = hook.chain
            priority = hook.priority
            handle = hook.handle
            etherType = hook.etherType
            self.program = program
            filterName = hook.filter?.bpf?.name
            classID = hook.filter?.bpf?.classID
            filterFlags = hook.filter?.bpf?.flags
            offloadFlags = hook.filter?.bpf?.offloadFlags
            linkID = hook.attachment?.linkID
        }

        public var title: String { "\(interface) \(kind.rawValue)/\(direction.rawValue)" }

        /// ` in netns 4711` for a hook that is not in the node's own namespace, whose cookie is given. Paths change without
        /// the decision's doing, so none is in it.
        public func elsewhere(than node: UInt64) -> String { netns == node ? "" : " in netns \(netns)" }

        /// The place among those of its title: a filter's numbers, or what holds the program at tcx.
        public var place: String {
            guard kind == .tcx else {
                return "\(title) chain \(chain) priority \(priority) handle 0x\(String(handle, radix: 16))"
            }
            return linkID.map { "\(title) link \($0)" } ?? "\(title) program \(program.id)"
        }
    }

    /// An interface that is never redirected to.
    public struct DeniedDevice: Codable, Hashable, Sendable {
        /// Cookie of its namespace: the hooks of each have a deny list of their own.
        public var netns: UInt64
        public var ifindex: UInt32
        public var interface: String
        public var why: String
        public init(netns: UInt64, ifindex: UInt32, interface: String, why: String) {
            self.netns = netns
            self.ifindex = ifindex
            self.interface = interface
            self.why = why
        }
    }

    /// The program that takes the legacy one's place.
    public struct Replacement: Codable, Hashable, Sendable {
        /// SHA-256 of the embedded object.
        public var object: String
        public var program: String
        /// `BPF_FIB_LOOKUP_*`.
        public var fibFlags: UInt32
        /// Whether it compares link types through the kernel's kfunc `bpf_rdonly_cast`.
        public var readsDevice: Bool
        public var denied: [DeniedDevice]
        public init(object: String, program: String, fibFlags: UInt32, readsDevice: Bool, denied: [DeniedDevice]) {
            self.object = object
            self.program = program
            self.fibFlags = fibFlags
            self.readsDevice = readsDevice
            self.denied = denied
        }
    }

    /// A legacy map, by id: names and pins can be taken by another map.
    public struct MapIdentity: Codable, Hashable, Sendable {
        public var id: UInt32
        /// Where it was found below the bpffs; of a map that is not pinned its name.
        public var pin: String
        /// For `legacy-keys`; not known of plans that were made before there were several maps.
        public var keys: KeyUse?
        public init(id: UInt32, pin: String, keys: KeyUse? = nil) {
            self.id = id
            self.pin = pin
            self.keys = keys
        }
    }

    /// How the keys of a map are spelt, and who asks for them.
    public struct KeyUse: Codable, Hashable, Sendable {
        public var layout: Profile.KeyLayout
        /// Cookies of the namespaces with a hook whose program reads the map, ascending.
        public var readers: [UInt64]
        public init(layout: Profile.KeyLayout, readers: [UInt64]) {
            self.layout = layout
            self.readers = readers
        }
    }

    public var node: String
    public var machineID: String
    public var bootID: String
    /// Cookie of the node's namespace.
    public var netns: UInt64
    public var profile: Profile
    public var membership: Membership
    public var egress: Egress
    /// Whether destinations whose pod's side could not be read may break.
    public var acceptUnknown: Bool
    /// `true`: the set of enrolled interfaces stays as it is made, but for those that go. `nil` otherwise, and in plans
    /// of earlier versions.
    public var staticSet: Bool?
    /// Of plans of earlier versions, which knew no other, `direct`.
    public var cut: CutKind {
        get { writtenCut ?? .direct }
        set { writtenCut = newValue }
    }
    /// `nil` in plans of earlier versions: their ids are to stay what they are.
    private var writtenCut: CutKind?
    public var replacement: Replacement
    public var maps: [MapIdentity]
    public var hooks: [Precondition]
    public var steps: [String]

    public init(
        node: String, machineID: String, bootID: String, netns: UInt64, profile: Profile, membership: Membership,
        egress: Egress, acceptUnknown: Bool = false, staticSet: Bool? = nil, cut: CutKind = .switch,
        replacement: Replacement, maps: [MapIdentity], hooks: [Precondition], steps: [String]
    ) {
        self.node = node
        self.machineID = machineID
        self.bootID = bootID
        self.netns = netns
        self.profile = profile
        self.membership = membership
        self.egress = egress
        self.acceptUnknown = acceptUnknown
        self.staticSet = staticSet
        writtenCut = cut
        self.replacement = replacement
        self.maps = maps
        self.hooks = hooks
        self.steps = steps
    }

    private enum CodingKeys: String, CodingKey {
        case node, machineID, bootID, netns, profile, membership, egress, acceptUnknown, staticSet
        case writtenCut = "cut"
        case replacement, maps, hooks, steps
    }

    /// `p-` and the SHA-256 of the canonical JSON, 64 hexadecimal digits.
    public func planID() throws -> String { try "p-" + Digest.sha256(JSON.canonical(self)) }
}
