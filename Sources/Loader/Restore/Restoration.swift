import Model

/// What a rollback did.
public struct Restoration: Sendable {
    /// The hooks as recorded, and the program in each now.
    public var hooks: [(before: Hook, now: ProgramReference?)]
    public var proof: Proof
    /// Hooks that were not found while our program is still loaded, one line each.
    public var unreached: [String]
    /// Hooks whose legacy program the kernel has freed, one line each: they hold ours, and nothing can put them back.
    public var lost: [String]
    /// `rolledBack`, `residual` or `mixed`.
    public var state: RunState
    /// Whether any hook was changed.
    public var changed: Bool
    /// Why it was undone: where the kernel had taken it back, what made it do so.
    public var reason: RunReason?
    /// The cell as it was found; `nil` where there is none, or where it could not be asked.
    public var cell: CellSight?
    /// Lines that belong into the journal and could not be written.
    public var lostJournal: [String]
    /// Microseconds per phase.
    public var timings: [String: Int]
    public var planID: String
    /// Cookie of the node's own namespace.
    public var nodeNetns: UInt64
    /// Whether it was known what the run replaced.
    public var hasRecord: Bool
}
