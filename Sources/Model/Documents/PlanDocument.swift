import FoundationEssentials

/// The version of every document's layout; readers refuse another major number.
public let documentFormatVersion = "1.0"

/// A plan: what was seen, what the kernel would do, and what `apply` would change.
///
/// Evidence of what was approved, never instructions: `apply` plans again and compares `planID`.
public struct PlanDocument: Codable, Sendable {
    /// A hook of the node and what the plan does with it.
    public struct HookLine: Codable, Hashable, Sendable {
        public enum Action: String, Codable, Sendable {
            case replace
            /// Belongs to the deployment and stays.
            case keep
            case foreign
            /// The replacement of a run of this program.
            case ours
        }

        public var netns: NamespaceIdentity
        public var interface: String
        public var ifindex: UInt32
        public var kind: HookKind
        public var direction: HookDirection
        public var priority: UInt16
        public var handle: UInt32
        public var chain: UInt32
        /// As tc(8) writes it: `all`, `ip`, …
        public var `protocol`: String
        public var program: ProgramReference?
        /// For kinds tcx, xdp and netkit: the BPF link that holds the program, where there is one.
        public var linkID: UInt32?
        /// From 0, in the order in which the place's programs run.
        public var position: UInt32?
        public var mode: Attachment.Mode?
        /// Who keeps the program there.
        public var owner: HookOwner?
        public var action: Action
        public var why: String
        /// What holds while the program is exchanged; `nil` for a hook that is not replaced, and in plans of earlier versions.
        public var guarantee: String?

        public init(_ hook: Hook, action: Action, why: String, guarantee: String? = nil) {
            netns = hook.netns
            interface = hook.interface
            ifindex = hook.ifindex
            kind = hook.kind
            direction = hook.direction
            priority = hook.priority
            handle = hook.handle
            chain = hook.chain
            self.protocol = hook.protocolName
            program = hook.program
            linkID = hook.attachment?.linkID
            position = hook.attachment?.position
            mode = hook.attachment?.mode
            owner = hook.owner
            self.action = action
            self.why = why
            self.guarantee = guarantee
        }
    }

    /// A destination whose treatment changes.
    public struct Destination: Codable, Hashable, Sendable {
        public var address: IPAddress
        public var interface: String
        public var why: String
        public init(address: IPAddress, interface: String, why: String) {
            self.address = address
            self.interface = interface
            self.why = why
        }
    }

    public struct MembershipSection: Codable, Hashable, Sendable {
        public var chosen: Membership
        public var why: String
        /// Redirected only afterwards.
        public var widened: [Destination]
        public var widenedTotal: Int
        /// Redirected only today.
        public var lost: [Destination]
        public var lostTotal: Int
        /// What redirected packets skip, in a line.
        public var filtering: String?
        /// The same of every membership; `nil` in plans of earlier versions.
        public var modes: [MembershipMode]?
        /// For `enrolled`.
        public var enrolled: EnrolledSet?
        /// - Parameter lostTotal: where `lost` is only the beginning.
        public init(
            chosen: Membership, why: String, widened: [Destination], lost: [Destination], lostTotal: Int? = nil,
            filtering: String? = nil, modes: [MembershipMode]? = nil, enrolled: EnrolledSet? = nil
        ) {
            self.chosen = chosen
            self.why = why
            self.widened = Array(widened.prefix(listLimit))
            widenedTotal = widened.count
            self.lost = Array(lost.prefix(listLimit))
            self.lostTotal = lostTotal ?? lost.count
            self.filtering = filtering
            self.modes = modes
            self.enrolled = enrolled
        }
    }

    /// How packets leave, and why so.
    public struct EgressSection: Codable, Hashable, Sendable {
        public var chosen: Egress
        public var why: String
        public init(chosen: Egress, why: String) {
            self.chosen = chosen
            self.why = why
        }
    }

    /// Something that keeps `apply` from starting, and what to do about it.
    public struct Blocker: Codable, Hashable, Sendable {
        public var code: String
        public var message: String
        public var remedy: String
        public init(_ code: Code, _ message: String, remedy: String) {
            self.code = code.text
            self.message = message
            self.remedy = remedy
        }
    }

    /// What the command line asked for; `apply` asks the same when it plans again.
    public struct Asked: Codable, Hashable, Sendable {
        /// `nil` is `auto`.
        public var membership: Membership?
        public var egress: Egress
        public var acceptUnknown: Bool
        /// `true`: a set of enrolled interfaces that nobody keeps is accepted. `nil` otherwise.
        public var staticSet: Bool?
        /// `nil` in plans of earlier versions: `direct`.
        public var cut: CutKind?
        /// Name of a built-in profile, or the absolute path of a file; `nil` where none was named.
        public var profile: String?
        public init(
            membership: Membership?, egress: Egress, acceptUnknown: Bool, staticSet: Bool? = nil,
            cut: CutKind? = nil, profile: String? = nil
        ) {
            self.membership = membership
            self.egress = egress
            self.acceptUnknown = acceptUnknown
            self.staticSet = staticSet
            self.cut = cut
            self.profile = profile
        }
    }

    /// What is said of the entries: all are counted, the first by address are listed.
    public struct EntrySection: Sendable {
        public var verdicts: [String: Int]
        public var effects: [String: Int]
        /// At most ``PlanDocument/listLimit``.
        public var listed: [Finding]
        public var total: Int

        public init(verdicts: [String: Int], effects: [String: Int], listed: [Finding], total: Int) {
            self.verdicts = verdicts
            self.effects = effects
            self.listed = Array(listed.prefix(listLimit))
            self.total = total
        }

        /// Of findings that are all at hand, in the order they are to be listed.
        public init(_ findings: [Finding], all: Bool) {
            self.init(
                verdicts: Dictionary(grouping: findings, by: \.verdict.rawValue).mapValues(\.count),
                effects: Dictionary(grouping: findings, by: \.effect.rawValue).mapValues(\.count),
                listed: all ? findings : findings.filter { $0.verdict != .match }, total: findings.count)
        }
    }

    /// At most this many entries of a list are written; the totals are always complete.
    public static let listLimit = 10_000

    public var formatVersion = documentFormatVersion
    public var kind = "plan"
    public var planID: String
    /// SHA-256 over this document with an empty `digest`: shows that a file was edited.
    public var digest = ""
    public var createdAt: Date
    public var tool: Tool
    public var node: NodeIdentity
    public var profile: String
    public var snapshotID: String
    public var decision: Decision
    public var asked: Asked
    public var maps: [MapRecord]
    public var verdicts: [String: Int]
    public var effects: [String: Int]
    public var entries: [Finding]
    public var entriesTotal: Int
    public var membership: MembershipSection
    /// `nil` in plans of earlier versions.
    public var egress: EgressSection?
    /// Who filters packets in the node's namespace; `nil` in plans of earlier versions.
    public var filtering: [PacketFilter]?
    public var hooks: [HookLine]
    public var steps: [String]
    public var blockers: [Blocker]
    public var warnings: [Blocker]
    public var equivalence: Equivalence
    public var breakGlass: [String]
    public var unobserved: [Unobserved]
    /// Who made it; `nil` in plans of earlier versions, and where nobody said.
    public var made: CommandRecord?
    /// The legacy programs and maps, with what they take; `nil` in plans of earlier versions.
    public var footprint: [Gain.Object]?

    public init(
        planID: String, createdAt: Date, tool: Tool, node: NodeIdentity, snapshotID: String, decision: Decision,
        asked: Asked, maps: [MapRecord], entries: EntrySection, membership: MembershipSection,
        egress: EgressSection? = nil, filtering: [PacketFilter]? = nil, hooks: [HookLine],
        blockers: [Blocker], warnings: [Blocker], equivalence: Equivalence, breakGlass: [String],
        unobserved: [Unobserved], made: CommandRecord? = nil, footprint: [Gain.Object]? = nil
    ) {
        self.planID = planID
        self.createdAt = createdAt
        self.tool = tool
        self.node = node
        profile = decision.profile.name
        self.snapshotID = snapshotID
        self.decision = decision
        self.asked = asked
        self.maps = maps
        verdicts = entries.verdicts
        effects = entries.effects
        self.entries = entries.listed
        entriesTotal = entries.total
        self.membership = membership
        self.egress = egress
        self.filtering = filtering
        self.hooks = hooks
        steps = decision.steps
        self.blockers = blockers
        self.warnings = warnings
        self.equivalence = equivalence
        self.breakGlass = breakGlass
        self.unobserved = unobserved
        self.made = made
        self.footprint = footprint
    }

    /// The document with its digest filled in.
    public func sealed() throws -> PlanDocument {
        var copy = self
        copy.digest = ""
        copy.digest = try Digest.sha256(JSON.canonical(copy))
        return copy
    }

    /// Whether it is as it was written: the digest fits, and the id is the decision's.
    public func isIntact() throws -> Bool {
        try sealed().digest == digest && decision.planID() == planID
    }
}

/// The program that wrote a document.
public struct Tool: Codable, Hashable, Sendable {
    public var version: String
    /// SHA-256 of the embedded replacement object.
    public var object: String
    public init(version: String, object: String) {
        self.version = version
        self.object = object
    }
}
