import FoundationEssentials

/// What `watch` sees of a node's committed runs, and what it did about it.
public struct WatchDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "watch"
    public var node: String
    /// The committed run that what comes is held against; `nil` where there is none.
    public var runID: String?
    public var planID: String?
    /// Whether it converts what it may.
    public var heals: Bool
    /// Hooks that are drifted, new or vanished; the committed ones are counted.
    public var hooks: [HookLine]
    public var hooksTotal: Int
    /// Hooks of each standing.
    public var counts: [String: Int]
    /// What of the node keeps all hooks from being healed, one line each.
    public var blockers: [String]
    /// Since it began.
    public var healed: Int
    public var takenBack: Int
    /// Hooks that are left to whoever insists on them.
    public var givenUp: Int

    public struct HookLine: Codable, Hashable, Sendable {
        public var netns: UInt64
        public var interface: String
        public var ifindex: UInt32
        public var hookKind: HookKind
        public var direction: HookDirection
        public var standing: WatchStanding
        public var program: ProgramReference?
        public var runID: String?
        public var what: String
        /// Why it is not healed, where it is not.
        public var left: String?

        public init(_ watched: WatchedHook, left: String? = nil) {
            let hook = watched.hook
            (netns, interface, ifindex) = (hook.netns.cookie, hook.interface, hook.ifindex)
            (hookKind, direction, program) = (hook.kind, hook.direction, hook.program)
            (standing, runID, what) = (watched.standing, watched.runID, watched.what)
            self.left = left
        }

        /// `hz clsact/ingress`.
        public var title: String { "\(interface) \(hookKind.rawValue)/\(direction.rawValue)" }
    }

    public init(
        node: String, runID: String?, planID: String?, heals: Bool, sorted: [WatchedHook],
        left: (WatchedHook) -> String? = { _ in nil }, blockers: [String] = [], healed: Int = 0, takenBack: Int = 0,
        givenUp: Int = 0
    ) {
        self.node = node
        self.runID = runID
        self.planID = planID
        self.heals = heals
        let told = sorted.filter { $0.standing != .committed }
        hooks = told.prefix(PlanDocument.listLimit).map { HookLine($0, left: $0.isTrouble ? left($0) : nil) }
        hooksTotal = told.count
        let found = Dictionary(grouping: sorted, by: \.standing)
        counts = Dictionary(
            uniqueKeysWithValues: WatchStanding.allCases.map { ($0.rawValue, found[$0]?.count ?? 0) })
        self.blockers = blockers
        self.healed = healed
        self.takenBack = takenBack
        self.givenUp = givenUp
    }

    /// Whether somebody should do something about the node.
    public var isTrouble: Bool { hooks.contains { $0.standing == .drifted || $0.standing == .new } }
}
