import Model

/// What a rollback did.
public struct Restoration: Sendable {
    /// The hooks as recorded, and the program in each now.
    public var hooks: [(before: Hook, now: ProgramReference?)]
    public var proof: Proof
    /// `rolledBack`, `residual` or `mixed`.
    public var state: RunState
    /// Whether any hook was changed.
    public var changed: Bool
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
