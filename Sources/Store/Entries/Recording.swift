import GRDB
import Model

/// What a plan leaves behind.
public struct Recorded: Sendable {
    public var snapshot: Snapshot
    /// `nil` where only the snapshot is kept.
    public var plan: PlanDocument?
    public init(snapshot: Snapshot, plan: PlanDocument?) {
        self.snapshot = snapshot
        self.plan = plan
    }
}

extension Store {
    /// Records a snapshot with its entries, and the plan made of it, in one transaction: all of it, or nothing.
    ///
    /// The entries come first, while the rest is still being found out; what they belong to follows. Nobody else can write
    /// meanwhile, and everybody can read what was there before.
    ///
    /// Every `migrate plan` adds a document of its own, though a plan id may come again: a run keeps the document it was
    /// made of.
    /// - Parameters:
    ///   - keep: how many snapshots there may be with this one; older ones go, as ``prune(keep:)`` has it.
    ///   - body: appends the entries and returns the rest, with the same snapshot id.
    /// - Throws: what `body` throws; `diskFull` when twice the room for what there is is not free.
    public func record<Outcome>(
        snapshotID: String, keep: Int = Store.snapshotsKept,
        _ body: (EntryWriter) throws(MigrateError) -> (outcome: Outcome, recorded: Recorded)
    ) throws(MigrateError) -> Outcome {
        let room = try Room(path)
        return try write { db in
            let old = try Pruning.ranges(db, keep: max(0, keep - 1))
            let writer = try EntryWriter(db, snapshotID: snapshotID, room: room, old: old)
            let (outcome, recorded) = try body(writer)
            precondition(recorded.snapshot.id == snapshotID, "entries of one snapshot, and another snapshot")
            try SnapshotRows.insert(recorded.snapshot, into: db)
            try EntryRange.insert(writer.ranges, snapshotID: snapshotID, into: db)
            if let plan = recorded.plan {
                try auditor.prepare(db)
                let document = try PlanRows.insert(plan, into: db)
                try auditor.append(.plan(.init(plan, document: Digest.sha256(document))), to: db)
            }
            _ = try Pruning.run(db, keep: keep)
            return outcome
        }
    }
}
