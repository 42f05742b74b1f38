import ArgumentParser
import Kernel
import Loader
import MigrateShared
import Model
import Store

public struct FinalizeVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "finalize",
        abstract: "Put the plain replacement into the slots of a committed run, and let the legacy programs go.",
        discussion: """
            The point of no return: rollback is possible until then, and no longer. Every switch gives way in place \
            to the replacement without one, and the pins of the legacy programs are dropped. Maps and pins of the \
            deployment stay, for an installed plugin loads against them; --unpin-maps removes those of the retired \
            maps, and only where none of the profile's writers is installed.

            Example:  migrate finalize --node "$(hostname)"
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(help: ArgumentHelp("This machine's node name: a guard, not a target.", valueName: "name"))
    var node: String

    @Flag(
        help:
            "Remove the deployment's pins of the maps that the profile retires, if nobody that is installed needs them."
    )
    var unpinMaps = false

    @Flag(help: "Finish by the pins alone what a finalize began; for a database that is lost.")
    var fromPins = false

    @Argument(help: "The beginning of a run's id (default: the open run, else the last one that is not finalized).")
    var run: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "finalize", as: .finalize)
        try Guards.requireNode(node)
        let bpffs = try context.openBPFFS()
        HeldSignals.hold()
        if fromPins {
            guard !unpinMaps else {
                throw MigrateError(
                    .usage, "cannot use --unpin-maps with --from-pins",
                    facts: ["which maps the run retires is in its plan, and the pins hold none"],
                    remedy: "Leave them:  migrate finalize --node \(node) --from-pins\(run.map { " " + $0 } ?? "")")
            }
            return try NodeLock.holding(bpffs) { () throws(MigrateError) in
                try PinnedFinalize(context: context, bpffs: bpffs, node: node).finish(run)
            }
        }
        return try context.withRunStore { store throws(MigrateError) in
            let choice = RunChoice(store: store, bpffs: bpffs, node: node)
            let settled = Settled()
            return try NodeLock.holding(bpffs) { () throws(MigrateError) in
                try choice.requireKnownPins("finalize")
                try ShadowRuns.clear(context, store: store, bpffs: bpffs, settled)
                return try settled.telling { () throws(MigrateError) in
                    let run = RunAtHand(try choice.requireRun(run, to: "finalize"), store, bpffs)
                    return try finalize(run, FinalizeRun(context: context, store: store, bpffs: bpffs))
                }
            }
        }
    }

    private func finalize(_ run: RunAtHand, _ work: FinalizeRun) throws(MigrateError) -> ExitStatus {
        let pins = try legacyPins(run, work)
        switch run.outlook.state {
        case .committed:
            if run.duty == .recordCommit { try work.store.update(run: run.record.id, state: .committed) }
            return try work.finish(run, unpinning: pins)
        case .finalized: return try work.again(run, unpinning: pins)
        default:
            throw MigrateError(
                .notCommitted, "cannot finalize run \(run.record.id)",
                facts: ["its state is \(run.outlook.state.rawValue)"],
                remedy: run.outlook.next.map { "First:  \($0.command)" })
        }
    }

    /// `nil` where they are to stay.
    /// - Throws: `writerInstalled` where they are needed; nothing was changed.
    private func legacyPins(_ run: RunAtHand, _ work: FinalizeRun) throws(MigrateError) -> LegacyPins? {
        guard unpinMaps else { return nil }
        guard let profile = run.plan?.decision.profile else {
            throw MigrateError(
                .noRun, "cannot tell which maps run \(run.record.id) retires",
                facts: ["its plan is not in the database"],
                remedy: "Leave them:  migrate finalize --node \(node) \(run.record.id)")
        }
        let pins = LegacyPins(profile, in: work.bpffs)
        let writers = pins.installedWriters(isPrivate: work.context.settings.privateBPFFS)
        guard writers.isEmpty else {
            throw MigrateError(
                .writerInstalled, "cannot unpin the maps of profile \(profile.name)", facts: writers,
                remedy: "Leave them:  migrate finalize --node \(node) \(run.record.id)")
        }
        return pins
    }
}
