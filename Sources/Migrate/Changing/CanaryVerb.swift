import ArgumentParser
import Kernel
import Loader
import MigrateShared
import Model
import Store

public struct CanaryVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "canary",
        abstract: "Give a provisional run another share of the flows.",
        discussion: """
            One compare-and-swap, of all hooks at once; the deadline stays as it is. A connection is one flow in \
            both directions, and while the share only grows none changes sides. With 100% all flows are on the \
            replacement, and the run can be confirmed. Refused after the deadline (21), and for a run that is not \
            open (10).

            Example:  migrate canary 50%
            """)

    @OptionGroup public var global: GlobalOptions

    @Argument(help: "Share of the flows on the replacement, such as 5% or 0.5%.")
    var share: String

    @Argument(help: "The beginning of a run's id (default: the open run, else the last one that is not finalized).")
    var run: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "change the share of a run", as: .canary)
        let share = try Shares.share(share, example: "50%")
        let bpffs = try context.openBPFFS()
        HeldSignals.hold()
        return try context.withRunStore { store throws(MigrateError) in
            let verb = CellVerb(
                context: context, store: store, bpffs: bpffs, verb: "canary", command: "migrate canary \(share.text)")
            return try verb.holding(run) { (run) throws(MigrateError) in try divide(run, share, verb) }
        }
    }

    private func divide(_ run: RunAtHand, _ share: FlowShare, _ verb: CellVerb) throws(MigrateError) -> ExitStatus {
        guard run.outlook.state == .provisional else { return try verb.late(run) }
        let outcome = try verb.confirmation(run).set(share)
        if let refusal = outcome.answer.refusal { return try verb.refused(run, refusal) }
        let before = FlowShare(parts: outcome.answer.before.share)
        if share < before {
            Console.error(
                verb.context.settings.echoed(
                    in: """
                        Warning: the share shrank from \(before.text) to \(share.text): flows in between are on the legacy programs again.  [\(Code.shareShrinks.text)]
                          Take all of them back:  migrate rollback --node \(Host.nodeName()) \(run.record.id)
                        """))
        }
        return try verb.finish(run, outcome, changed: outcome.answer.before != outcome.answer.after)
    }
}
