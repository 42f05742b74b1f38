import FoundationEssentials

/// Where a run is.
public enum RunState: String, Codable, Hashable, Sendable, CaseIterable {
    case installing
    case shadow
    case provisional
    case expired
    case rollingBack = "rolling-back"
    case committed
    case finalized
    case rolledBack = "rolled-back"
    /// Back, but something of ours is left.
    case residual
    /// Some hooks are not as they should be.
    case mixed
    /// The node was rebooted: the kernel's state is gone.
    case gone

    /// Whether another run must wait for this one.
    public var isOpen: Bool {
        switch self {
        case .installing, .shadow, .provisional, .expired, .rollingBack, .mixed, .residual: true
        case .committed, .finalized, .rolledBack, .gone: false
        }
    }
}

/// Why a run came back.
public enum RunReason: String, Codable, Hashable, Sendable {
    case deadline
    case breaker
    case health
    case failure
    case `operator`
    case reboot
}

/// What to do next, and when.
public struct NextStep: Codable, Hashable, Sendable {
    public var at: Date?
    public var what: String
    public var command: String
    public init(at: Date? = nil, what: String, command: String) {
        self.at = at
        self.what = what
        self.command = command
    }
}

/// A document that says what to do next.
public protocol Continuable {
    var next: NextStep? { get set }
}

extension RunDocument: Continuable {}
extension StatusDocument: Continuable {}

/// The result of every changing verb.
public struct RunDocument: Codable, Sendable {
    /// A hook of the run, before and after.
    public struct HookLine: Codable, Hashable, Sendable {
        public var netns: NamespaceIdentity
        public var interface: String
        public var ifindex: UInt32
        public var kind: HookKind
        public var direction: HookDirection
        public var priority: UInt16
        public var handle: UInt32
        public var chain: UInt32
        public var `protocol`: String
        /// Where the program has no filter: the place in the list, and the link that holds it.
        public var position: UInt32?
        public var linkID: UInt32?
        public var before: ProgramReference?
        public var after: ProgramReference?
        /// Our program that the run put into the slot, whatever is there now; in reports only.
        public var ours: ProgramReference?
        /// How it was found when it was read back; `nil` where only the journal speaks.
        public var standing: HookStanding?
        /// What holds while the program is exchanged.
        public var guarantee: String

        public init(_ hook: Hook, after: ProgramReference?, guarantee: String) {
            netns = hook.netns
            interface = hook.interface
            ifindex = hook.ifindex
            kind = hook.kind
            direction = hook.direction
            priority = hook.priority
            handle = hook.handle
            chain = hook.chain
            self.protocol = hook.protocolName
            position = hook.attachment?.position
            linkID = hook.attachment?.linkID
            before = hook.program
            self.after = after
            self.guarantee = guarantee
        }

        public init(_ hook: Hook, _ reading: HookReading, guarantee: String) {
            self.init(hook, after: reading.program, guarantee: guarantee)
            standing = reading.standing
        }
    }

    public var formatVersion = documentFormatVersion
    public var kind = "run"
    public var runID: String
    public var planID: String
    /// What it is for; `nil`: to take over.
    public var purpose: RunPurpose?
    /// Whether this command changed the node.
    public var changed: Bool
    public var state: RunState
    public var reason: RunReason?
    /// Per cent of the flows on the replacement: 0 or 100 without a canary (``RunOutlook``).
    public var share: Int
    public var confirmBy: Date?
    public var confirmInSeconds: Int?
    /// Packets that are to take the legacy programs do not reach them, and take the replacement; `nil` where nothing
    /// says so.
    public var fellForward: Bool?
    public var next: NextStep?
    /// Cookie of the node's own network namespace.
    public var nodeNetns: UInt64?
    public var hooks: [HookLine]
    public var proof: Proof?
    /// For a run that was settled before: how its hooks are now.
    public var now: HooksNow?
    public var breakGlass: [String]
    /// Microseconds per phase.
    public var timings: [String: Int]
    public var warnings: [String]
    /// What is left of the deployment that a finalized run replaced: facts, no fault of the run.
    public var remains: [String]?
    /// How legacy programs and replacement fare, or fared, within the confirm window.
    public var sides: TrafficSides?
    /// What was asked about its health, and from where.
    public var health: [HealthRecord]?
    /// Where the audit log stood when the command ended; `nil` where nothing was to be kept, or could be.
    public var audit: AuditMark?

    public init(
        runID: String, planID: String, changed: Bool, state: RunState, reason: RunReason? = nil, share: Int,
        confirmBy: Date? = nil, confirmInSeconds: Int? = nil, next: NextStep? = nil, hooks: [HookLine],
        proof: Proof? = nil, breakGlass: [String] = [], timings: [String: Int] = [:], warnings: [String] = []
    ) {
        self.runID = runID
        self.planID = planID
        self.changed = changed
        self.state = state
        self.reason = reason
        self.share = share
        self.confirmBy = confirmBy
        self.confirmInSeconds = confirmInSeconds
        self.next = next
        self.hooks = hooks
        self.proof = proof
        self.breakGlass = breakGlass
        self.timings = timings
        self.warnings = warnings
    }
}
