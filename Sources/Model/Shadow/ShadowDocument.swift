import FoundationEssentials

/// What a shadow saw: live packets, and what map and replacement would have done with them.
public struct ShadowDocument: Codable, Hashable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "shadow"
    /// `w-` and twelve hexadecimal digits.
    public var shadowID: String
    public var planID: String
    public var tool: Tool
    public var node: NodeIdentity
    public var profile: String
    public var membership: Membership
    public var egress: Egress
    /// How the packets were seen.
    public var way: Way
    /// The run that held the slots meanwhile; `nil` where they were not touched.
    public var runID: String?
    /// That run's, of how the slots were given back.
    public var proof: Proof?
    public var startedAt: Date
    public var endedAt: Date
    /// How long it was to be.
    public var askedSeconds: Int
    /// How long it was, in milliseconds.
    public var milliseconds: Int
    public var endedBy: End
    public var hooks: [Watched]
    public var packets: ShadowTotals
    public var rates: Rates
    /// Those that differ, most packets first; at most ``PlanDocument/listLimit``.
    public var destinations: [ShadowDestination]
    public var differingTotal: Int
    /// Destinations that at least one of the two redirects, differing or not.
    public var destinationsTotal: Int
    /// The first packets that differ; at most ``shownLimit`` of each kind.
    public var shown: [ShadowPacket]
    /// What stood against it meanwhile: the comparison is not of the whole time, or not of what is attached now.
    public var disturbed: [String]
    public var warnings: [String]
    public var verdict: Verdict
    public var next: NextStep?
    /// Where the audit log stands once this is kept; `nil` in what is kept itself.
    public var audit: AuditMark?

    /// Packets of each kind that are kept: one that is everywhere does not push out the others.
    public static let shownLimit = 50

    /// Of packets in the order in which they came, those that are kept.
    public static func kept(_ packets: [ShadowPacket]) -> [ShadowPacket] {
        var counts: [ShadowComparison: Int] = [:]
        return packets.filter { packet in
            counts[packet.comparison, default: 0] += 1
            return counts[packet.comparison, default: 0] <= shownLimit
        }
    }

    public enum Way: String, Codable, Hashable, Sendable {
        /// A tcx link in front of each hook, which the kernel removes with the process.
        case tcx
        /// A run whose share is none: a switch in each hook's own slot, which looks and then calls the legacy program.
        case slot
    }

    public enum End: String, Codable, Hashable, Sendable {
        case duration
        /// SIGINT: the result so far was asked for.
        case `operator`
        /// SIGTERM or SIGHUP.
        case signal
        /// There was nothing more to be seen: somebody took the run back, or packets did not reach the legacy program.
        case cutOff = "cut-off"
    }

    public enum Verdict: String, Codable, Hashable, Sendable {
        /// Packets came, and all were alike.
        case agree
        case differ
        /// Nothing came that either program would redirect: that shows nothing.
        case nothingSeen = "nothing-seen"
        /// None differed, but it was disturbed.
        case disturbed
    }

    /// A hook, and the legacy program in it.
    public struct Watched: Codable, Hashable, Sendable {
        public var netns: NamespaceIdentity
        public var interface: String
        public var ifindex: UInt32
        public var kind: HookKind
        public var direction: HookDirection
        public var program: ProgramReference?

        public init(_ hook: Hook) {
            (netns, interface, ifindex) = (hook.netns, hook.interface, hook.ifindex)
            (kind, direction, program) = (hook.kind, hook.direction, hook.program)
        }
    }

    /// Whole numbers: a document holds no others.
    public struct Rates: Codable, Hashable, Sendable {
        public var seenPerSecond: UInt64
        public var eligiblePerSecond: UInt64
        /// Of a million eligible packets.
        public var differingPerMillion: UInt64

        public init(_ totals: ShadowTotals, milliseconds: Int) {
            let time = UInt64(max(1, milliseconds))
            seenPerSecond = Self.share(totals.seen, 1000, of: time)
            eligiblePerSecond = Self.share(totals.eligible, 1000, of: time)
            differingPerMillion = Self.share(totals.compared.differing, 1_000_000, of: max(1, totals.eligible))
        }

        private static func share(_ part: UInt64, _ scale: UInt64, of whole: UInt64) -> UInt64 {
            let (high, low) = part.multipliedFullWidth(by: scale)
            return high < whole ? whole.dividingFullWidth((high, low)).quotient : .max
        }
    }

    /// - Parameters:
    ///   - destinations: all that either redirects; those that differ are kept.
    ///   - shown: all that were put aside, in the order in which they came.
    public init(
        shadowID: String, plan: PlanDocument, tool: Tool, hooks: [Hook], startedAt: Date, endedAt: Date,
        askedSeconds: Int, milliseconds: Int, endedBy: End, packets: ShadowTotals, destinations: [ShadowDestination],
        shown: [ShadowPacket], disturbed: [String], warnings: [String]
    ) {
        self.shadowID = shadowID
        planID = plan.planID
        self.tool = tool
        node = plan.node
        (profile, membership, egress) = (plan.profile, plan.decision.membership, plan.decision.egress)
        way = .tcx
        (self.startedAt, self.endedAt) = (startedAt, endedAt)
        (self.askedSeconds, self.milliseconds, self.endedBy) = (askedSeconds, milliseconds, endedBy)
        self.hooks = hooks.map(Watched.init)
        self.packets = packets
        rates = Rates(packets, milliseconds: milliseconds)
        let differing = destinations.filter { $0.packets.differing > 0 }
        self.destinations = Array(differing.sorted(by: Self.precedes).prefix(PlanDocument.listLimit))
        (differingTotal, destinationsTotal) = (differing.count, destinations.count)
        self.shown = Self.kept(shown)
        (self.disturbed, self.warnings) = (disturbed, warnings)
        verdict = Self.verdict(packets, disturbed: disturbed)
    }

    private static func precedes(_ one: ShadowDestination, _ other: ShadowDestination) -> Bool {
        let (left, right) = (one.packets.differing, other.packets.differing)
        return left != right ? left > right : one.address < other.address
    }

    private static func verdict(_ packets: ShadowTotals, disturbed: [String]) -> Verdict {
        if packets.compared.differing > 0 { return .differ }
        if !disturbed.isEmpty { return .disturbed }
        return packets.compared.all == 0 ? .nothingSeen : .agree
    }
}

extension ShadowDocument: Continuable {}
