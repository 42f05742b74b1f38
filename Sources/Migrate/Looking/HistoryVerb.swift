import ArgumentParser
import Audit
import MigrateShared
import Model
import Store

public struct HistoryVerb: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the runs, plans and snapshots of this node; `history prune` drops old snapshots.",
        discussion: "Example:  migrate history -o json",
        subcommands: [HistoryListVerb.self, HistoryPruneVerb.self], defaultSubcommand: HistoryListVerb.self)

    public init() {}
}

/// Runs, plans and snapshots as one document.
public struct HistoryDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "history"
    public var runs: [RunDocument]
    /// Newest first.
    public var plans: [PlanSummary]
    public var snapshots: [SnapshotSummary]
    /// Newest first; `nil` where there are none.
    public var shadows: [ShadowSummary]?
}

/// What was dropped.
public struct PruneDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "prune"
    public var snapshots: Int
    public var plans: Int
}

public struct HistoryListVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List runs, plans and snapshots, newest first.")

    @OptionGroup public var global: GlobalOptions

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        var runs: [KnownRun] = []
        var plans: [PlanSummary] = []
        var snapshots: [SnapshotSummary] = []
        var shadows: [ShadowSummary] = []
        try context.withStore(.readOnly) { store throws(MigrateError) in
            runs = try KnownRun.all(store, try? context.openBPFFS())
            plans = try store.plans()
            snapshots = try store.snapshots()
            shadows = try store.shadows()
        }
        let document = HistoryDocument(
            runs: runs.map { $0.document(nil) }, plans: plans, snapshots: snapshots,
            shadows: shadows.isEmpty ? nil : shadows)
        try context.write(document) {
            HistoryText.render(
                runs.map(\.record), outlooks: runs.map(\.outlook), plans: $0.plans, snapshots: $0.snapshots,
                shadows: $0.shadows ?? [])
        }
        return .done
    }
}

public struct HistoryPruneVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Drop snapshots but the last ten; every run and its plan stay.")

    @OptionGroup public var global: GlobalOptions

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let pruned = try context.withStore(.readWrite) { store throws(MigrateError) in try store.prune() }
        try context.write(PruneDocument(snapshots: pruned.snapshots, plans: pruned.plans)) {
            "Dropped \($0.snapshots.of("snapshot")) and \($0.plans.of("plan")).\n"
        }
        return .done
    }
}
