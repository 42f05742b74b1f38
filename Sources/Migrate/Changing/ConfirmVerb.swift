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
            One compare-and-swap: from then on no deadline takes the run back. It cannot half fail. After the \
            deadline it is refused, the slots are given back, and it ends with 21. So it is, with 20, when a health \
            check fails. Where somebody else took a hook meanwhile it is refused, too (11): the run stays \
            provisional, with its deadline. A run that is confirmed already stays as it is.

            Example:  migrate confirm
            """)

    @OptionGroup public var global: GlobalOptions

    @Flag(help: "Leave to others the hooks that they took meanwhile, and keep the run all the same.")
    var forceDrift = false

    @Argument(help: "The beginning of a run's id (default: the open run, else the last one that is not finalized).")
    var run: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "confirm a run", as: .confirm)
        let bpffs = try context.openBPFFS()
        HeldSignals.hold()
        return try context.withRunStore { store throws(MigrateError) in
            let verb = CellVerb(
                context: context, store: store, bpffs: bpffs, verb: "confirm", command: "migrate confirm")
            return try verb.holding(run) { (run) throws(MigrateError) in try confirm(run, verb) }
        }
    }

    /// What nobody would want for good. A share that is not whole is refused first, for more flows may still come.
    private func takeBackUnhealthy(_ run: RunAtHand, _ verb: CellVerb) throws(MigrateError) -> ExitStatus? {
        guard run.outlook.share == 100 else { return nil }
        guard var health = try HealthRound(store: verb.store, runID: run.record.id, listening: true) else { return nil }
        health.reader.settle()
        let unhealthy = health.ask(.beforeConfirm)
        guard !unhealthy.isEmpty else { return nil }
        let takeBack = TakeBack(context: verb.context, bpffs: verb.bpffs, node: Host.nodeName())
        let outcome = try takeBack.restore(run.record, verb.store, because: .health)
        try takeBack.say(outcome)
        let status = outcome.exit(wasAsked: false)
        RunEnding.explain(outcome.document, status)
        return status
    }

    private func confirm(_ run: RunAtHand, _ verb: CellVerb) throws(MigrateError) -> ExitStatus {
        switch run.outlook.state {
        case .provisional:
            if !forceDrift { try verb.requireHooks(run) }
            if let status = try takeBackUnhealthy(run, verb) { return status }
            // Questions take their time, a command all of its interval: who took a hook meanwhile is met here.
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
