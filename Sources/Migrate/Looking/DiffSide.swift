import Inventory
import MigrateShared
import Model
import Store

/// One side of a comparison: a plan, a snapshot, or both.
struct DiffSide {
    var side: DiffDocument.Side
    var plan: PlanDocument?
    /// `nil` for a plan whose snapshot has been pruned, or is in another database.
    var snapshot: Snapshot?
    /// Where the snapshot's entries are.
    var store: Store
    var machineID: String

    /// What is recorded under an id, or in a plan file.
    init(named name: String, store: Store, context: CommandContext) throws(MigrateError) {
        self.store = store
        if name.hasPrefix("s-") {
            let found = try store.snapshot(idPrefix: name)
            snapshot = found
            machineID = found.node.machineID
            side = .init(source: .snapshot, id: found.id, node: found.node.name, takenAt: found.takenAt)
        } else {
            let found = try PlanSource.load(name, context: context)
            plan = found
            snapshot = try? store.snapshot(idPrefix: found.snapshotID)
            machineID = found.node.machineID
            side = .init(source: .plan, id: found.planID, node: found.node.name, takenAt: found.createdAt)
        }
    }

    /// The node as it is, asked as `other` was; kept nowhere.
    init(node context: CommandContext, like other: DiffSide) throws(MigrateError) {
        let directory = context.settings.database.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let temporary = try Store.temporary(in: directory.isEmpty ? "." : directory.joined(separator: "/"))
        let asked = other.plan?.asked ?? .init(membership: nil, egress: .neigh, acceptUnknown: false)
        let outcome = try context.plan(asked, profile: try other.profile(context), allEntries: false) {
            body throws(MigrateError) in
            try body(temporary)
        }
        store = temporary
        snapshot = outcome.snapshot
        machineID = outcome.document.node.machineID
        guard machineID == other.machineID else {
            throw MigrateError(
                .otherNode, "cannot compare \(other.side.id.map { Identifier.short($0) } ?? "it") with this node",
                facts: ["it is of node \(other.side.node), this is node \(outcome.document.node.name)"],
                remedy: "Compare it with another record of that node:  migrate diff A B")
        }
        plan = other.plan == nil ? nil : outcome.document
        side = .init(
            source: .node, id: plan?.planID, node: outcome.document.node.name, takenAt: outcome.snapshot.takenAt)
    }

    static func compare(_ before: DiffSide, _ after: DiffSide) throws(MigrateError) -> DiffDocument {
        var samePlan: Bool?
        var decision: [String] = []
        var groups: [DiffGroup] = []
        if let old = before.plan, let new = after.plan {
            samePlan = old.planID == new.planID
            decision = PlanDiff.decision(old, new)
            groups += PlanDiff.groups(old, new)
        }
        if let old = before.snapshot, let new = after.snapshot {
            let entries = try before.store.compareEntries(of: old.id, with: new.id, in: after.store)
            groups += SnapshotDiff.groups(old, new, entries: entries)
        } else if groups.isEmpty {
            let missing = before.snapshot == nil ? before : after
            throw MigrateError(
                .unknownID, "cannot compare a plan with a snapshot",
                facts: [
                    "the snapshot of plan \(missing.side.id.map { Identifier.short($0) } ?? "") is not kept any more"
                ],
                remedy: "Compare the plan with the node as it is:  migrate diff \(missing.side.id ?? "PLAN")")
        }
        return DiffDocument(
            before: before.side, after: after.side, samePlan: samePlan, decision: decision,
            groups: groups)
    }

    /// As `apply` finds it: the one that was asked for, else the plan's built-in one by its name.
    private func profile(_ context: CommandContext) throws(MigrateError) -> String? {
        guard let name = plan?.profile ?? snapshot?.profile else { return nil }
        let id = Identifier.short(plan?.planID ?? snapshot?.id ?? "")
        return try PlanSource.profile(
            name, of: "\(side.source.rawValue) \(id)", command: "migrate diff --profile FILE \(id)", context: context)
    }
}
