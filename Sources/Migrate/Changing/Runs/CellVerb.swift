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
    /// With what it was told, to be typed again.
    let command: String

    /// What it does to a run, in a sentence.
    private var act: String { verb == "canary" ? "change the share of" : verb }

    /// Under the lock: which run, by the beginning of its id, and what is to be done with it.
    func holding(
        _ asked: String?, _ act: (RunAtHand) throws(MigrateError) -> ExitStatus
    ) throws(MigrateError) -> ExitStatus {
        try NodeLock.holding(bpffs) { () throws(MigrateError) in
            let choice = RunChoice(store: store, bpffs: bpffs, node: Host.nodeName())
            try choice.requireKnownPins(verb)
            let settled = Settled()
            try ShadowRuns.clear(context, store: store, bpffs: bpffs, settled)
            return try settled.telling { () throws(MigrateError) in
                try act(RunAtHand(try choice.requireRun(asked, to: self.act), store, bpffs))
            }
        }
    }

    func journal(_ run: RunAtHand) -> StoreJournal {
        StoreJournal(store: store, runID: run.record.id, command: ThisCommand.atOnce)
    }

    func confirmation(_ run: RunAtHand) -> Confirmation {
        Confirmation(bpffs: bpffs, runID: run.record.id, journal: journal(run))
    }

    /// That every hook that is still there holds what the run put into it: one that others took would not be kept by a commit.
    func requireHooks(_ run: RunAtHand) throws(MigrateError) {
        let taken = try RunInspector(run.record, outlook: run.outlook).taken()
        guard !taken.isEmpty else { return }
        let id = run.record.id
        throw MigrateError(
            .hooksNotOurs, "cannot \(verb) run \(id)", changed: "nothing was changed, the run stays provisional",
            facts: taken + [OutlookText.sentence(id, run.outlook)],
            remedy: "Take it back:  migrate rollback --node \(Host.nodeName()) \(id); "
                + "or leave those hooks to others:  migrate confirm --force-drift \(id)")
    }

    /// The run again, as it is after a transition; what the journal could not be told is said.
    func finish(
        _ run: RunAtHand, _ outcome: Confirmation.Outcome, changed: Bool = true
    ) throws(MigrateError) -> ExitStatus {
        var now = RunAtHand((try? store.run(idPrefix: run.record.id)) ?? run.record, store, bpffs).document(
            changed: changed)
        now.warnings += outcome.lostJournal.map { "not in the journal: \($0)" }
        if verb == "confirm" { SystemLog.write(.confirm, now) }
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
        try context.write(document) { RunText.render($0, byHand: false) }
    }

    /// Why the run's cell would not have it. A run that came too late is settled at once, for its slots are still ours.
    func refused(_ run: RunAtHand, _ refusal: ControlRefusal) throws(MigrateError) -> ExitStatus {
        let now = RunAtHand(run.record, store, bpffs)
        switch refusal {
        case .partialShare:
            throw MigrateError(
                .partialShare, "cannot \(act) run \(run.record.id)",
                facts: ["\(now.outlook.share) % of the flows are on the replacement"],
                remedy: "Take all flows there first:  migrate canary 100% \(run.record.id)")
        case .malformed:
            throw tooMuch(now)
        case .noTimer, .contended:
            throw MigrateError(
                .kernelRead, "cannot \(act) run \(run.record.id)",
                facts: ["the control program could not: \(refusal)", OutlookText.sentence(now.record.id, now.outlook)],
                remedy: "Try again:  \(command) \(run.record.id)")
        case .expired, .notOpen, .notLegacy, .final: return try late(now)
        }
    }

    /// The deadline would be too far away (`LONGEST`, bpf/control.bpf.c); what is left up to there can be had.
    private func tooMuch(_ run: RunAtHand) -> MigrateError {
        let id = run.record.id
        // Of the second that has begun nothing is left.
        let left = max(0, ConfirmWindow.longest - (run.outlook.confirmInSeconds ?? 0) - 1)
        return MigrateError(
            .badTimeSpan, "cannot \(verb) run \(id)",
            facts: [
                "the deadline would be more than \(TimeSpan(seconds: ConfirmWindow.longest).text) away",
                OutlookText.sentence(id, run.outlook),
                left > 0
                    ? "\(TimeSpan(seconds: left).text) more can be had now"
                    : "no more can be had now, and later as time goes on",
            ],
            remedy: left > 0
                ? "Ask for that:  migrate extend --by \(TimeSpan(seconds: left).text) \(id)"
                : "Keep it:  migrate confirm \(id)")
    }

    /// For a run that is not open: what it is instead. Too late is too late, whoever has settled it since.
    func late(_ run: RunAtHand) throws(MigrateError) -> ExitStatus {
        let id = run.record.id
        if run.outlook.reason == .deadline, [.rolledBack, .residual, .mixed].contains(run.outlook.state) {
            let document = run.document(changed: false, proof: (try? store.proof(run: id)) ?? nil)
            try write(document)
            let status = RunEnding.status(of: document)
            RunEnding.explain(document, status)
            return status
        }
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
