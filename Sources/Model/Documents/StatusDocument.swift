import FoundationEssentials

/// What holds on the node now, as far as runs are concerned.
public struct StatusDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "status"
    /// A run's state, `idle`, or `unknown`: something of a run is in place, and the journal could not be read.
    public var state: String
    public var runID: String?
    public var planID: String?
    /// Of the run that is named, where none is open: how it ended.
    public var lastState: RunState?
    public var reason: RunReason?
    public var cut: CutKind?
    /// Per cent of the flows on the replacement; `nil` where there is no run.
    public var share: Int?
    public var confirmBy: Date?
    public var confirmInSeconds: Int?
    /// Packets that are to take the legacy programs do not reach them, and take the replacement; `nil` where nothing
    /// says so.
    public var fellForward: Bool?
    public var waitingFor: String?
    /// The run's hooks, one line each: our program and the one it stands for.
    public var hooks: [String]
    /// Further runs that hold.
    public var others: [String]
    public var next: NextStep?
    /// Hooks of the run that no longer hold our program, one line each.
    public var drift: [String]
    /// Hooks whose interface is gone, one line each: pods end, and that is no drift.
    public var gone: [String]?
    public var widened: [String]
    /// Pins and programs of ours that no run accounts for.
    public var leftovers: [String]
    /// Shadows that compare live packets now, one line each; neither drift nor a leftover.
    public var shadows: [String]?
    /// What is left of the deployment that a finalized run replaced: facts, no drift.
    public var remains: [String]?
    /// Packets per outcome, summed over the run's hooks and all processors.
    public var counters: [String: UInt64]
    /// How legacy programs and replacement fare within the confirm window.
    public var sides: TrafficSides?
    /// What could not be read, with the reason: nothing is known of it.
    public var notRead: [String]?
    /// Of a run with membership `enrolled`.
    public var enrolled: Enrolled?

    /// What is left of the set of interfaces that the run began with.
    public struct Enrolled: Codable, Hashable, Sendable {
        public var planned: Int
        /// Planned ones that are in the set now; what others put there is drift.
        public var left: Int
        /// Planned ones that are not in it any more: gone, or moved away.
        public var pruned: [String]
        public var prunedTotal: Int
        /// Interfaces that fit into the largest of the sets.
        public var room: UInt32
        public init(planned: Int, left: Int, pruned: [String], room: UInt32) {
            self.planned = planned
            self.left = left
            self.pruned = Array(pruned.prefix(PlanDocument.listLimit))
            prunedTotal = pruned.count
            self.room = room
        }
    }

    public init(
        state: String, runID: String? = nil, planID: String? = nil, waitingFor: String? = nil, next: NextStep? = nil,
        hooks: [String] = [], others: [String] = [],
        drift: [String] = [], widened: [String] = [], leftovers: [String] = [], counters: [String: UInt64] = [:]
    ) {
        self.state = state
        self.runID = runID
        self.planID = planID
        self.waitingFor = waitingFor
        self.hooks = hooks
        self.others = others
        self.next = next
        self.drift = drift
        self.widened = widened
        self.leftovers = leftovers
        self.counters = counters
    }

    /// More hooks that went with their interfaces.
    public mutating func show(gone lines: [String]) {
        if !lines.isEmpty { gone = (gone ?? []) + lines }
    }

    /// The run that is spoken of, and how it stands.
    public mutating func show(_ run: RunRecord, _ outlook: RunOutlook) {
        state = outlook.state.rawValue
        (runID, planID, cut) = (run.id, run.planID, run.cut)
        (reason, share) = (outlook.reason, outlook.share)
        (confirmBy, confirmInSeconds) = (outlook.confirmBy, outlook.confirmInSeconds)
        fellForward = outlook.fallForward == .none ? nil : true
        (waitingFor, next) = (outlook.waitingFor, outlook.next)
    }
}
