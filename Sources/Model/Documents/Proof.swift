import FoundationEssentials

/// How a hook of a run was found when it was read back.
public enum HookStanding: String, Codable, Hashable, Sendable, CaseIterable {
    /// As it was before the run, attribute by attribute.
    case asBefore = "as-before"
    /// It holds our program, where the run says so.
    case ours
    /// Something else, which this run did not put there.
    case others
    /// Namespace, interface or link is gone, and nothing of ours with it.
    case vanished
    case differs
    /// Nobody could look.
    case unknown
}

/// One hook of a run as it was read back, in the run's order.
public struct HookReading: Codable, Hashable, Sendable {
    public var standing: HookStanding
    /// The program that is there; `nil` where there is none, or nobody could look.
    public var program: ProgramReference?
    /// What is to be said of it; `nil` where it is as it should be.
    public var line: String?

    public init(standing: HookStanding, program: ProgramReference?, line: String? = nil) {
        self.standing = standing
        self.program = program
        self.line = line
    }
}

/// The comparison of the run's hooks, attribute by attribute, with what was there.
public struct Proof: Codable, Hashable, Sendable {
    /// Every hook that is still there is as it was, and nothing of ours is left.
    ///
    /// A hook that others took meanwhile is no residue of ours, and is not identical.
    public var identical: Bool
    /// When the node was read; `nil` in what older versions wrote.
    public var at: Date?
    /// What was read back of each hook, in the run's order; `nil` in what older versions wrote.
    public var hooks: [HookReading]?
    /// Hooks whose interface, link or namespace is gone: no residue.
    public var vanished: [String]
    public var differences: [String]
    /// What others changed meanwhile, in the run's hooks and beside them.
    public var changedByOthers: [String]
    /// What could not be compared: nothing is known of it.
    public var notCompared: [String]?

    public init(
        at: Date? = nil, hooks: [HookReading]? = nil, vanished: [String], differences: [String],
        changedByOthers: [String], notCompared: [String]? = nil
    ) {
        self.at = at
        self.hooks = hooks
        self.vanished = vanished
        self.differences = differences
        self.changedByOthers = changedByOthers
        self.notCompared = notCompared
        identical = differences.isEmpty && hooks?.contains { $0.standing == .others } != true
    }

    /// Of a run that is back, by how its hooks are now: where nobody came to write down what was proven then.
    public init(_ now: HooksNow) {
        func lines(_ standings: HookStanding...) -> [String] {
            now.hooks.filter { standings.contains($0.standing) }.compactMap(\.line)
        }
        self.init(
            at: now.at, hooks: now.hooks, vanished: lines(.vanished), differences: lines(.ours, .differs, .unknown),
            changedByOthers: lines(.others))
    }

    public mutating func add(differences more: [String]) {
        differences += more
        if !more.isEmpty { identical = false }
    }

    /// Nothing of ours is left to be taken back, whether others changed something or not.
    public var isSettled: Bool { differences.isEmpty }
}

/// The hooks of a run as they are now, long after what was proven of them.
public struct HooksNow: Codable, Hashable, Sendable {
    public var at: Date
    public var hooks: [HookReading]

    public init(at: Date, hooks: [HookReading]) {
        self.at = at
        self.hooks = hooks
    }

    public var isAsBefore: Bool { hooks.allSatisfy { $0.standing == .asBefore } }
}
