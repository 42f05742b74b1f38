import FoundationEssentials

/// A run as the journal keeps it.
public struct RunRecord: Codable, Sendable {
    /// A hook that the run replaces, with all that is needed to put it back.
    public struct RunHook: Codable, Hashable, Sendable {
        /// Position in the run, from 0.
        public var index: Int
        /// As it was, every attribute.
        public var before: Hook
        /// Our program that the run puts into the slot, once loaded: the switch, or the direct replacement.
        public var replacement: ProgramReference?
        /// Of a switch, once loaded: the replacement that `finalize` puts in its place.
        public var plain: ProgramReference?
        public init(index: Int, before: Hook, replacement: ProgramReference?, plain: ProgramReference? = nil) {
            self.index = index
            self.before = before
            self.replacement = replacement
            self.plain = plain
        }
    }

    public var id: String
    public var planID: String
    public var bootID: String
    public var node: String
    /// Cookie of the node's namespace.
    public var nodeNetns: UInt64
    /// Absolute path of the pins.
    public var pinDirectory: String
    public var state: RunState
    public var reason: RunReason?
    public var cut: CutKind
    public var purpose: RunPurpose
    /// Seconds that it waits for a confirmation, as it was asked for; `nil`: committed at once.
    public var confirmWithin: Int?
    public var startedAt: Date
    public var endedAt: Date?
    public var hooks: [RunHook]

    public init(
        id: String, planID: String, bootID: String, node: String, nodeNetns: UInt64, pinDirectory: String,
        state: RunState,
        reason: RunReason? = nil, cut: CutKind = .direct, purpose: RunPurpose = .cut, confirmWithin: Int? = nil,
        startedAt: Date,
        endedAt: Date? = nil, hooks: [RunHook]
    ) {
        self.id = id
        self.planID = planID
        self.bootID = bootID
        self.node = node
        self.nodeNetns = nodeNetns
        self.pinDirectory = pinDirectory
        self.state = state
        self.reason = reason
        self.cut = cut
        self.purpose = purpose
        self.confirmWithin = confirmWithin
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.hooks = hooks
    }
}

/// Our programs of one hook.
public struct HookPrograms: Hashable, Sendable {
    public var replacement: ProgramReference
    public var plain: ProgramReference?
    public init(replacement: ProgramReference, plain: ProgramReference? = nil) {
        self.replacement = replacement
        self.plain = plain
    }
}

/// One line of a run's journal: first the intent, then what came of it.
public struct JournalEntry: Codable, Hashable, Sendable {
    /// From 1, within the run.
    public var sequence: Int
    public var phase: String
    public var intent: String
    public var evidence: String?
    public var startedAt: Date
    public var endedAt: Date?
    /// Nanoseconds since boot (`CLOCK_BOOTTIME`), which nobody sets back; `nil` in what earlier versions wrote.
    public var startedNs: UInt64?
    public var endedNs: UInt64?
    /// Number of the command that did it, from 1 within the run; `nil` where it did not say.
    public var command: Int?
    public init(
        sequence: Int, phase: String, intent: String, evidence: String? = nil, startedAt: Date, endedAt: Date? = nil,
        startedNs: UInt64? = nil, endedNs: UInt64? = nil, command: Int? = nil
    ) {
        self.sequence = sequence
        self.phase = phase
        self.intent = intent
        self.evidence = evidence
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.startedNs = startedNs
        self.endedNs = endedNs
        self.command = command
    }

    /// By the clock that nobody sets back, where both ends are known by it; else `nil`.
    public var nanoseconds: UInt64? {
        guard let startedNs, let endedNs, endedNs >= startedNs else { return nil }
        return endedNs - startedNs
    }
}
