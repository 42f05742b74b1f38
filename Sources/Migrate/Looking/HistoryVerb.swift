import ArgumentParser
import Audit
import MigrateShared
import Model
import Store

public struct HistoryVerb: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the runs on this node; `history prune` drops old snapshots.",
        discussion: "Example:  migrate history -o json",
        subcommands: [HistoryListVerb.self, HistoryPruneVerb.self], defaultSubcommand: HistoryListVerb.self)

    public init() {}
}

/// The runs as one document.
public struct HistoryDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "history"
    public var runs: [RunDocument]
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
        commandName: "list", abstract: "List the runs on this node, newest first.")

    @OptionGroup public var global: GlobalOptions

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let runs = try context.withStore(.readOnly) { store throws(MigrateError) in try store.runs() }
        let document = HistoryDocument(runs: runs.map { RunDocument($0, changed: false) })
        try context.write(document) { _ in HistoryText.render(runs) }
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
            "Dropped \($0.snapshots) snapshots and \($0.plans) plans.\n"
        }
        return .done
    }
}
