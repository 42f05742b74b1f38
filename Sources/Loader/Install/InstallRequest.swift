import Kernel
import Model

/// What `apply` hands to the installer: a decision, the hooks as they are, and a way to look again.
public struct InstallRequest {
    public var bpffs: BPFFileSystem
    public var node: NetworkNamespace
    public var runID: String
    public var planID: String
    /// What the replacement is told, by the cookie of the hooks' namespace: interface indexes mean nothing in another.
    public var configurations: [UInt64: RedirectConfiguration]
    public var hooks: [Hook]
    public var cut: CutKind = .direct
    /// Seconds until the kernel takes an unconfirmed run back; `nil` commits at once. Direct replacement knows no window.
    public var window: Int?
    /// Of the flows, what goes to the replacement within the window.
    public var share = FlowShare.whole
    /// Destinations that the replacement should deliver, with the interface that leads there: what a switch calls a failure.
    public var planned: [IPAddress: UInt32] = [:]
    /// Loaded before the hook was known, for a run of one hook: nothing is loaded then. It was told what `configurations` says.
    public var prepared: PreparedSwitch?
    /// For membership `enrolled`: the interfaces of every namespace's set.
    public var members: [EnrolledSet.Interface]
    /// Neighbors to resolve before the cut, each in its own namespace.
    public var warm: [NeighborWarming.Target]
    /// Of those, the ones that packets reach today: they must have an answer before the cut.
    public var mustAnswer: Set<NeighborWarming.Target>
    /// Cross-checks again after warming; returns a line for each destination that would break now.
    public var recheck: () throws(MigrateError) -> [String]
    /// Called once all hooks hold their switch, as the last thing that may take long before they are read again and flipped: it
    /// throws what speaks against it.
    public var beforeFlip: () throws(MigrateError) -> Void = { () throws(MigrateError) in }
    /// A signal that arrived and asks for the end, if any.
    public var interrupted: () -> Int32?
    /// Called between the check of a hook and its replacement: where a test puts the second writer.
    package var afterCheck: (Hook) -> Void = { _ in }
    package var limits = ExchangeLimits()

    public init(
        bpffs: BPFFileSystem, node: NetworkNamespace, runID: String, planID: String,
        configurations: [UInt64: RedirectConfiguration], hooks: [Hook],
        members: [EnrolledSet.Interface] = [], warm: [NeighborWarming.Target],
        mustAnswer: Set<NeighborWarming.Target> = [],
        recheck: @escaping () throws(MigrateError) -> [String], interrupted: @escaping () -> Int32?
    ) {
        self.bpffs = bpffs
        self.node = node
        self.runID = runID
        self.planID = planID
        self.configurations = configurations
        self.hooks = hooks
        self.members = members
        self.warm = warm
        self.mustAnswer = mustAnswer
        self.recheck = recheck
        self.interrupted = interrupted
    }

    /// One for each namespace that the hooks are in.
    public static func configurations(_ decision: Decision, hooks: [Hook]) -> [UInt64: RedirectConfiguration] {
        let cookies = Set(hooks.map(\.netns.cookie))
        return Dictionary(uniqueKeysWithValues: cookies.map { ($0, RedirectConfiguration(decision, netns: $0)) })
    }
}

/// A run that waits for its confirmation; lists are in the order of the hooks.
public struct Provisional: Sendable {
    public var replacements: [ProgramReference]
    public var after: [Hook]
    public var unresolved: Int
    public var timings: [String: Int]
    public var cell: CellSight
}

/// How an installation ended.
public enum InstallResult {
    /// Every hook holds its replacement; both lists are in the order of the hooks.
    case committed(replacements: [ProgramReference], after: [Hook], unresolved: Int, timings: [String: Int])
    /// Every hook has flipped to its replacement, until the deadline.
    case provisional(Provisional)
    /// Nothing of it is left, because of `cause`.
    case undone(cause: MigrateError, reason: RunReason, restoration: Restoration?)
}
