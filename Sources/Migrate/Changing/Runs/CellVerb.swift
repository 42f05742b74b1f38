import Audit
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// What `confirm`, `extend` and `canary` share: a run whose window is open, one transition of its cell, and the settling where it
/// comes too late.
struct CellVerb {
    let context: CommandContext
    let store: Store
    let bpffs: BPFFileSystem
    /// `confirm`, `extend`, `canary`.
    let verb: String

    /// What it does to a run, in a sentence.
    private var act: String { verb == "canary" ? "change the share of" : verb }

    /// Which run, by the beginning of its id. The caller holds the lock.
    func run(_ asked: String?) throws(MigrateError) -> RunAtHand {
        let choice = RunChoice(store: store, bpffs: bpffs, node: Host.nodeName())
        try choice.requireKnownPins(verb)
        return RunAtHand(try choice.requireRun(asked, to: verb), store)
    }

    func journal(_ run: RunAtHand) -> StoreJournal { StoreJournal(store: store, runID: run.record.id) }

    func confirmation(_ run: RunAtHand) -> Confirmation {
        Confirmation(bpffs: bpffs, runID: run.record.id, journal: journal(run))
    }

    /// The run again, as it is after a transition; what the journal could not be told is said.
    func finish(
        _ run: RunAtHand, _ outcome: Confirmation.Outcome, changed: Bool = true
    ) throws(MigrateError) -> ExitStatus {
        var now = RunAtHand((try? store.run(idPrefix: run.record.id)) ?? run.record, store).document(
            changed: changed)
        now.warnings += outcome.lostJournal.map { "not in the journal: \($0)" }
        try write(now)
        guard !outcome.lostJournal.isEmpty else { return .done }
        let error = MigrateError(
            .afterDecision, "the journal could not be written",
            changed: "the kernel has decided: \(now.state.rawValue)",
            facts: outcome.lostJournal, remedy: "Bring it in step when it can be:  migrate resume \(run.record.id)")
        Console.error(context.settings.echoed(in: error.text))
        return .done
    }

    func write(_ document: RunDocument) throws(MigrateError) {
        try context.write(document) { RunText.render($0) }
    }

    /// Why the run's cell would not have it. A run that came too late is settled at once, for its slots are still ours.
    func refused(_ run: RunAtHand, _ refusal: ControlRefusal) throws(MigrateError) -> ExitStatus {
        let now = RunAtHand(run.record, store)
        switch refusal {
        case .partialShare:
            throw MigrateError(
                .partialShare, "cannot \(act) run \(run.record.id)",
                facts: ["\(now.outlook.share) % of the flows are on the replacement"],
                remedy: "Take all flows there first:  migrate canary 100% \(run.record.id)")
        case .malformed:
            throw MigrateError(
                .badTimeSpan, "cannot \(act) run \(run.record.id)",
                facts: ["the deadline would be more than 31 days away"],
                remedy: "Ask for less:  migrate extend --by 1d \(run.record.id)")
        case .noTimer, .contended:
            throw MigrateError(
                .kernelRead, "cannot \(act) run \(run.record.id)",
                facts: ["the control program could not: \(refusal)"], remedy: "Try again:  migrate \(verb)")
        case .expired, .notOpen, .notLegacy, .final: return try late(now)
        }
    }

    /// For a run that is not open: what it is instead.
    func late(_ run: RunAtHand) throws(MigrateError) -> ExitStatus {
        let id = run.record.id
        guard case .takeBack(let reason) = run.duty, run.outlook.state == .expired else {
            throw MigrateError(
                .notOpen, "cannot \(act) run \(id)", facts: ["its state is \(run.outlook.state.rawValue)"],
                remedy: run.outlook.next.map {
                    "\($0.what.prefix(1).uppercased())\($0.what.dropFirst()):  \($0.command)"
                })
        }
        let takeBack = TakeBack(context: context, bpffs: bpffs, node: Host.nodeName())
        let outcome = try takeBack.restore(run.record, store, because: reason)
        try takeBack.say(outcome)
        let status = outcome.exit(wasAsked: false)
        RunEnding.explain(outcome.document, status)
        return status
    }
}
