import Audit
import FoundationEssentials
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// Rolling back, with the database's help or without it.
struct Rollback {
    let context: CommandContext
    let bpffs: BPFFileSystem
    let node: String
    /// Beginning of a run's id, if one was named.
    let asked: String?
    /// Slots that somebody else took meanwhile are left to them.
    let acceptDrift: Bool
    /// `abort`: not one that is committed.
    let onlyOpen: Bool

    private var takeBack: TakeBack {
        TakeBack(context: context, bpffs: bpffs, node: node, acceptDrift: acceptDrift)
    }

    /// By what the database knows; the pins still do the work where they are there.
    func fromStore(_ store: Store) throws(MigrateError) -> ExitStatus {
        guard let record = try chosen(store) else { return try withoutRecord(store) }
        var ended = ExitStatus.done
        // What was chosen may be another's by the time that the lock is had: it is looked at again.
        let outcome = try NodeLock.holding(bpffs) { () throws(MigrateError) -> TakeBack.Outcome? in
            let record = try store.run(idPrefix: record.id)
            let cleared = Settled()
            if record.purpose != .shadow { try ShadowRuns.clear(context, store: store, bpffs: bpffs, cleared) }
            return try cleared.telling { () throws(MigrateError) in
                try requireOpen(record, store)
                if let status = try settled(record, store) {
                    ended = status
                    return nil
                }
                return try takeBack.restore(record, store, because: .operator)
            }
        }
        guard let outcome else { return ended }
        try takeBack.say(outcome)
        return outcome.exit(wasAsked: true)
    }

    /// By the pins alone.
    func fromPins() throws(MigrateError) -> ExitStatus {
        context.trail.goWithoutStore(context.settings.database)
        let runs = RunPins.runs(bpffs).filter { asked.map($0.hasPrefix) ?? true }
        guard let runID = runs.first else {
            throw MigrateError(
                .noRun, "cannot find the pins of a run",
                facts: ["\(RunPins.root(bpffs)) holds none\(asked.map { " of \($0)" } ?? "")"],
                remedy: "See what is attached:  bpftool net show")
        }
        guard runs.count == 1 else {
            throw MigrateError(
                .noRun, "cannot choose a run", facts: runs.map { "pins of \($0)" },
                remedy: "Name one:  migrate rollback --node \(node) --from-pins \(runID)")
        }
        let outcome = try NodeLock.holding(bpffs) { () throws(MigrateError) in
            let pins = RunPins(bpffs: bpffs, runID: runID)
            if onlyOpen, (try? Cell(pin: pins.cellPath).sight())?.word.state == .committed {
                throw notOpen(runID, .committed)
            }
            if (try? pins.read())?.isFinalizing == true {
                throw noWayBack(runID, isFinalizing: true, finish: PinnedFinalize.command(node, runID))
            }
            try PinnedRuns(bpffs: bpffs, node: node, database: context.settings.database).requireNotFinal(runID)
            return try takeBack.restoreFromPins(runID)
        }
        try takeBack.say(outcome)
        return outcome.exit(wasAsked: true)
    }

    // MARK: Which run

    private func requireOpen(_ record: RunRecord, _ store: Store) throws(MigrateError) {
        guard onlyOpen else { return }
        let state = RunAtHand(record, store, bpffs).outlook.state
        if !state.isOpen { throw notOpen(record.id, state) }
    }

    private func notOpen(_ runID: String, _ state: RunState) -> MigrateError {
        MigrateError(
            .noRun, "cannot find an open run to abort", facts: ["run \(runID) is \(state.rawValue)"],
            remedy: state == .committed
                ? "Take it back all the same:  migrate rollback --node \(node) \(runID)"
                : "See what holds now:  migrate status")
    }

    private func chosen(_ store: Store) throws(MigrateError) -> RunRecord? {
        do throws(MigrateError) {
            return try RunChoice(store: store, bpffs: bpffs, node: node).run(asked, to: "roll back")
        } catch {
            guard error.code == .noRun, let asked, RunPins.runs(bpffs).contains(where: { $0.hasPrefix(asked) }) else {
                throw error
            }
            return nil
        }
    }

    /// The database knows no run, or not this one: pins of one mean that another database was in use.
    private func withoutRecord(_ store: Store) throws(MigrateError) -> ExitStatus {
        let pinned = RunPins.runs(bpffs)
        guard let first = pinned.first else {
            throw MigrateError(
                .noRun, "cannot find a run to roll back", facts: ["\(store.path) knows none and there are no pins"],
                remedy: "See what is attached:  migrate status")
        }
        let runs = PinnedRuns(bpffs: bpffs, node: node, database: store.path)
        let unknown = PinnedSight.unknown(bpffs, known: [])
        if unknown.isEmpty { try runs.requireNotFinal(first) }
        throw runs.refusal("cannot roll back", unknown.isEmpty ? pinned : unknown)
    }

    /// After the point of no return nothing holds the legacy programs any more.
    private func requireWayBack(_ record: RunRecord, _ store: Store) throws(MigrateError) {
        guard record.bootID == Host.bootID() else { return }
        let isFinalizing = RunAtHand(record, store, bpffs).outlook.isFinalizing
        guard record.state == .finalized || isFinalizing else { return }
        throw noWayBack(record.id, isFinalizing: isFinalizing)
    }

    private func noWayBack(_ runID: String, isFinalizing: Bool, finish: String? = nil) -> MigrateError {
        MigrateError(
            .alreadyFinalized, "cannot roll run \(runID) back",
            facts: [
                isFinalizing
                    ? "a finalize was cut off after it had begun to drop the legacy programs" : "it is finalized"
            ],
            remedy: isFinalizing
                ? "Finish it:  \(finish ?? "migrate resume \(runID)")" : "See what holds now:  migrate status")
    }

    /// A run that needs nothing any more.
    private func settled(_ record: RunRecord, _ store: Store) throws(MigrateError) -> ExitStatus? {
        try requireWayBack(record, store)
        if record.bootID != Host.bootID() && record.state != .rolledBack {
            // The reboot took programs, filters and pins: what the node holds now is none of this run's doing.
            try store.update(run: record.id, state: .gone, reason: .reboot, endedAt: Date())
            var document = RunDocument(try store.run(idPrefix: record.id), changed: false)
            let plan = (try? store.plan(ofRun: record.id)) ?? nil
            document.next = NextStep(
                what: "the reboot took the run with it; look again", command: PlanSource.again(plan))
            try context.write(document) { RunText.render($0) }
            return .done
        }
        guard record.state == .rolledBack || record.state == .gone else { return nil }
        // The pins know better than a database from a backup, or than one that saw only some of the runs.
        let pinned = RunPins.runs(bpffs)
        if pinned.contains(record.id) { return nil }
        let known = try store.runHeads()
        let unknown = pinned.first { id in !known.contains { $0.id == id } }
        if asked == nil && unknown != nil { return try withoutRecord(store) }
        var document = RunDocument(record, changed: false, proof: try store.proof(run: record.id))
        let now = try RunInspector(record).hooksNow()
        document.now = now
        document.show(now.hooks, of: record.hooks.map(\.before))
        if let unknown {
            document.next = NextStep(
                what: "undo the run that the database does not know",
                command: "migrate rollback --node \(node) --from-pins \(unknown)")
        } else if !pinned.isEmpty {
            document.next = NextStep(what: "another run is in place", command: "migrate status")
        } else {
            document.next = NextStep(what: "nothing is left to undo", command: "migrate status")
        }
        // The run is over, and yet its program is in a slot again: whoever put it there, that is a residue.
        let holdsOurs = now.hooks.contains { $0.standing == .ours }
        if holdsOurs {
            document.next = NextStep(what: "see what is in the slots", command: "bpftool net show")
        }
        try context.write(document) { RunText.render($0) }
        return holdsOurs ? .residue : .done
    }
}
