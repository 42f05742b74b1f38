import ArgumentParser
import FoundationEssentials
import Kernel
import Loader
import MigrateShared
import Model
import Store

public struct ConfirmVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Keep a run that is provisional.",
        discussion: """
            One compare-and-swap: from then on no deadline takes the run back. It cannot half fail. After the deadline it
            is refused, the slots are given back, and it ends with 21. Where somebody else took a hook meanwhile it is
            refused, too (11): the run stays provisional, with its deadline. A run that is confirmed already stays as it is.

            Example:  migrate confirm
            """)

    @OptionGroup public var global: GlobalOptions

    @Flag(help: "Leave to others the hooks that they took meanwhile, and keep the run all the same.")
    var forceDrift = false

    @Argument(help: "The beginning of a run's id (default: the open run, else the last one that is not finalized).")
    var run: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "confirm a run")
        let bpffs = try context.openBPFFS()
        HeldSignals.hold()
        return try context.withRunStore { store throws(MigrateError) in
            let verb = CellVerb(
                context: context, store: store, bpffs: bpffs, verb: "confirm", command: "migrate confirm")
            return try NodeLock.holding(bpffs) { () throws(MigrateError) in try confirm(try verb.run(run), verb) }
        }
    }

    private func confirm(_ run: RunAtHand, _ verb: CellVerb) throws(MigrateError) -> ExitStatus {
        switch run.outlook.state {
        case .provisional:
            if !forceDrift { try verb.requireHooks(run) }
            let outcome = try verb.confirmation(run).commit()
            if let refusal = outcome.answer.refusal { return try verb.refused(run, refusal) }
            return try verb.finish(run, outcome)
        case .committed, .finalized:
            if run.duty == .recordCommit {
                try verb.store.update(run: run.record.id, state: .committed, endedAt: Date())
            }
            try verb.write(run.document(changed: false))
            return .done
        default: return try verb.late(run)
        }
    }
}
