import ArgumentParser
import Kernel
import Loader
import MigrateShared
import Model
import Store

public struct ExtendVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Give a provisional run more time to be confirmed.",
        discussion: """
            Moves its deadline by that much, counted from the deadline it has, not from now. Refused after the \
            deadline (21), and for a run that is not open (10).

            Example:  migrate extend --by 5m
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(help: ArgumentHelp("How much later, such as 90s, 10m or 1h30m.", valueName: "time"))
    var by: String

    @Argument(help: "The beginning of a run's id (default: the open run, else the last one that is not finalized).")
    var run: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "extend a run", as: .extend)
        let span = try Spans.span(by, option: "--by")
        let bpffs = try context.openBPFFS()
        HeldSignals.hold()
        return try context.withRunStore { store throws(MigrateError) in
            let verb = CellVerb(
                context: context, store: store, bpffs: bpffs, verb: "extend",
                command: "migrate extend --by \(span.text)")
            return try verb.holding(run) { (run) throws(MigrateError) in
                guard run.outlook.state == .provisional else { return try verb.late(run) }
                let outcome = try verb.confirmation(run).extend(by: span)
                if let refusal = outcome.answer.refusal { return try verb.refused(run, refusal) }
                return try verb.finish(run, outcome)
            }
        }
    }
}
