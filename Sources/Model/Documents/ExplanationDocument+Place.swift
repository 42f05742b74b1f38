extension ExplanationDocument {
    /// Hooks at which everything is the same, and what that is.
    public struct Place: Codable, Hashable, Sendable {
        /// Empty where no program of the deployment is attached: then the kernel was asked for a packet of the node itself.
        public var hooks: [HookPoint]
        /// Interface of the entry, in the namespace of these hooks.
        public var legacy: LegacyDevice?
        public var kernel: KernelAnswer
        public var verdict: Verdict?
        public var effect: Effect?
        public var note: String
        /// The legacy program first, then the replacement under each membership.
        public var programs: [Forecast]

        public init(
            hooks: [HookPoint], legacy: LegacyDevice?, kernel: KernelAnswer, verdict: Verdict?, effect: Effect?,
            note: String, programs: [Forecast]
        ) {
            self.hooks = hooks
            self.legacy = legacy
            self.kernel = kernel
            self.verdict = verdict
            self.effect = effect
            self.note = note
            self.programs = programs
        }
    }

    public struct HookPoint: Codable, Hashable, Sendable {
        public var netns: NamespaceIdentity
        public var interface: String
        public var ifindex: UInt32
        public var kind: HookKind
        public var direction: HookDirection
        /// What is attached there now.
        public var program: ProgramReference?
        /// Whether that is the replacement of a run.
        public var isOurs: Bool
        /// Where a packet that the kernel was asked for comes from; `nil` where nothing is known behind the interface.
        public var source: IPAddress?

        public init(
            netns: NamespaceIdentity, interface: String, ifindex: UInt32, kind: HookKind, direction: HookDirection,
            program: ProgramReference?, isOurs: Bool, source: IPAddress?
        ) {
            self.netns = netns
            self.interface = interface
            self.ifindex = ifindex
            self.kind = kind
            self.direction = direction
            self.program = program
            self.isOurs = isOurs
            self.source = source
        }

        public var title: String { "\(interface) \(kind.rawValue)/\(direction.rawValue)" }
    }

    /// The interface that a map entry names.
    public struct LegacyDevice: Codable, Hashable, Sendable {
        /// Of the map the entry is in.
        public var mapID: UInt32
        public var ifindex: UInt32
        /// `nil` when it is gone.
        public var interface: String?
        public var isUp: Bool
        public var mac: MACAddress

        public init(mapID: UInt32, ifindex: UInt32, interface: String?, isUp: Bool, mac: MACAddress) {
            self.mapID = mapID
            self.ifindex = ifindex
            self.interface = interface
            self.isUp = isUp
            self.mac = mac
        }
    }

    /// What a program does with a packet to the address.
    public struct Forecast: Codable, Hashable, Sendable {
        public enum Program: String, Codable, Hashable, Sendable {
            case legacy
            case replacement
        }

        /// What becomes of the packet.
        public enum Fate: String, Codable, Hashable, Sendable {
            case redirected
            /// Goes on to the stack, and so through netfilter.
            case stack
            /// The next program at the hook decides.
            case next
            case dropped
        }

        public var program: Program
        /// Of the replacement.
        public var membership: Membership?
        /// Whether it is what is attached now.
        public var isAttached: Bool
        public var fate: Fate
        /// Where its way through the program ends: `hit` or `miss`, or as the replacement's counters name it.
        public var outcome: String
        public var ifindex: UInt32?
        public var interface: String?
        public var mac: MACAddress?
        public var why: String

        public init(
            program: Program, membership: Membership? = nil, isAttached: Bool = false, fate: Fate, outcome: String,
            ifindex: UInt32? = nil, interface: String? = nil, mac: MACAddress? = nil, why: String
        ) {
            self.program = program
            self.membership = membership
            self.isAttached = isAttached
            self.fate = fate
            self.outcome = outcome
            self.ifindex = ifindex
            self.interface = interface
            self.mac = mac
            self.why = why
        }
    }
}
