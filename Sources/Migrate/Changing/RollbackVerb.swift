import ArgumentParser
import Kernel
import MigrateShared
import Model
import Store

public struct RollbackVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Put back exactly what was there, and prove it.",
        discussion: """
            First the cell of the run: one store, and every packet takes the legacy programs again. Then every hook \
            gets the same program back, with every attribute of the filter. It needs no database: the pins of the \
            run say all. Ends with 0 when everything is proven identical, 22 when something differs, 23 when hooks \
            are mixed. After finalize there is no way back (10).

            Example:  migrate rollback --node "$(hostname)"
            """)

    @OptionGroup public var global: GlobalOptions
    @OptionGroup var rollback: RollbackArguments

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try rollback.execute(context, onlyOpen: false)
    }
}

/// What `rollback` and `abort` are told.
struct RollbackArguments: ParsableArguments {
    @Option(help: ArgumentHelp("This machine's node name: a guard, not a target.", valueName: "name"))
    var node: String

    @Flag(help: "Use the pins alone; the database is neither read nor needed.")
    var fromPins = false

    @Flag(help: "Leave to others the slots that they took meanwhile, and close the run.")
    var forceDrift = false

    @Argument(help: "The beginning of a run's id (default: the open run, else the last one that is not finalized).")
    var run: String?

    init() {}

    /// - Parameter onlyOpen: a run that is committed is refused.
    func execute(_ context: CommandContext, onlyOpen: Bool) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "roll back", as: .rollback)
        try Guards.requireNode(node)
        let bpffs = try context.openBPFFS()
        HeldSignals.hold()
        let rollback = Rollback(
            context: context, bpffs: bpffs, node: node, asked: run, acceptDrift: forceDrift, onlyOpen: onlyOpen)
        if fromPins { return try rollback.fromPins() }
        let store: Store
        do {
            store = try context.openStore(.existing)
        } catch {
            context.console.message("The database cannot be used (\(error.what)); going on from the pins.")
            return try rollback.fromPins()
        }
        return try context.closing(store, rollback.fromStore)
    }
}
