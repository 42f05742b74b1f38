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

    /// By what the database knows; the pins still do the work where they are there.
    func fromStore(_ store: Store) throws(MigrateError) -> ExitStatus {
        guard let record = try chosen(store) else { return try withoutRecord(store) }
        if let status = try settled(record, store) { return status }
        let journal = StoreJournal(store: store, runID: record.id)
        let restoration = try NodeLock.holding(bpffs) { () throws(MigrateError) in
            try restorer(record).restore(journal: journal, reason: .operator, acceptDrift: acceptDrift)
        }
        let proof = proof(restoration, beside: others(of: record, store))
        try? store.set(proof: proof, run: record.id)
        let document = RunDocument((try? store.run(idPrefix: record.id)) ?? record, changed: restoration.changed)
        return try finish(document, restoration, proof, plan: (try? store.plan(ofRun: record.id)) ?? nil)
    }

    /// By the pins alone.
    func fromPins() throws(MigrateError) -> ExitStatus {
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
        let restoration = try NodeLock.holding(bpffs) { () throws(MigrateError) in
            try Restorer(bpffs: bpffs, runID: runID, node: namedNamespace()).restore(
                journal: nil, reason: .operator, acceptDrift: acceptDrift)
        }
        let proof = proof(restoration, beside: .impossible("how it was is in the plan, and the pins hold none"))
        let isKnown = noteInStore(runID, restoration, proof)
        let document = RunDocument(
            runID: runID, planID: restoration.planID, changed: restoration.changed, state: restoration.state,
            reason: .operator, share: 0, hooks: [])
        let again = isKnown ? nil : NextStep(what: "see what is in the slots", command: "bpftool net show")
        return try finish(document, restoration, proof, plan: nil, again: restoration.hasRecord ? nil : again)
    }

    /// The node's namespace, where it was named: discovery may not find one that only a path holds.
    private func namedNamespace() throws(MigrateError) -> NetworkNamespace? {
        guard let path = context.settings.netns else { return nil }
        do throws(KernelError) {
            return try NetworkNamespace(path: path)
        } catch {
            throw MigrateError(
                .kernelRead, "cannot open namespace \(path)", facts: [error.description],
                remedy: "See what there is:  ip netns list")
        }
    }

    // MARK: Which run

    private func chosen(_ store: Store) throws(MigrateError) -> RunRecord? {
        if let asked {
            do throws(MigrateError) {
                return try store.run(idPrefix: asked)
            } catch {
                if RunPins.runs(bpffs).contains(where: { $0.hasPrefix(asked) }) { return nil }
                guard error.code == .unknownID else { throw error }
                throw MigrateError(
                    .noRun, "cannot roll back \(asked)", facts: [error.what] + error.facts,
                    remedy: "List the runs:  migrate history")
            }
        }
        let runs = try store.runs()
        let held = runs.first { $0.state == .committed && $0.bootID == Host.bootID() }
        return runs.first(where: \.state.isOpen) ?? held ?? runs.first { $0.state != .finalized }
    }

    /// The database knows no run, or not this one: pins of one mean that another database was in use.
    private func withoutRecord(_ store: Store) throws(MigrateError) -> ExitStatus {
        let pinned = RunPins.runs(bpffs)
        guard let first = pinned.first else {
            throw MigrateError(
                .noRun, "cannot find a run to roll back", facts: ["\(store.path) knows none and there are no pins"],
                remedy: "See what is attached:  migrate status")
        }
        throw MigrateError(
            .unknownRun, "cannot roll back",
            facts: pinned.map { "\(RunPins.root(bpffs))/\($0) is not in \(store.path)" },
            remedy: "Undo it from the pins:  migrate rollback --node \(node) --from-pins \(first)")
    }

    /// A run that needs nothing any more.
    private func settled(_ record: RunRecord, _ store: Store) throws(MigrateError) -> ExitStatus? {
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
        let known = try store.runs()
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

    /// From the pins; where somebody removed those, or a kill came before the record was pinned, from the database.
    private func restorer(_ record: RunRecord) throws(MigrateError) -> Restorer {
        let namespace = try namedNamespace()
        if (try? RunPins(bpffs: bpffs, runID: record.id).read()) != nil {
            return Restorer(bpffs: bpffs, runID: record.id, node: namespace)
        }
        let run = PinnedRun(
            runID: record.id, planID: record.planID, nodeNetns: record.nodeNetns,
            hooks: record.hooks.map { PinnedHook(before: $0.before, replacementID: $0.replacement?.id ?? 0) })
        return Restorer(bpffs: bpffs, run: run, node: namespace)
    }

    // MARK: What came of it

    private func others(of record: RunRecord, _ store: Store) -> OtherHooks.Comparison {
        do throws(MigrateError) {
            guard let plan = try store.plan(ofRun: record.id) else {
                return .impossible("the run's plan is not in the database")
            }
            return OtherHooks.compare(since: plan)
        } catch {
            return .impossible("the run's plan cannot be read: \(error.facts.first ?? error.what)")
        }
    }

    private func proof(_ restoration: Restoration, beside others: OtherHooks.Comparison) -> Proof {
        var proof = restoration.proof
        proof.changedByOthers += others.changes
        proof.notCompared = others.notCompared
        return proof
    }

    private func finish(
        _ document: RunDocument, _ restoration: Restoration, _ proof: Proof, plan: PlanDocument?,
        again: NextStep? = nil
    ) throws(MigrateError) -> ExitStatus {
        var document = document
        document.reason = .operator
        document.share = 0
        document.show(restoration, proof: proof)
        document.next = next(restoration, proof, document.runID, plan, again)
        try context.write(document) { RunText.render($0) }
        explain(restoration, runID: document.runID)
        switch restoration.state {
        case .rolledBack: return .done
        case .mixed: return .mixed
        default: return .residue
        }
    }

    private func next(
        _ restoration: Restoration, _ proof: Proof, _ runID: String, _ plan: PlanDocument?, _ again: NextStep?
    ) -> NextStep {
        if proof.isSettled { return NextStep(what: "look again", command: PlanSource.again(plan)) }
        if !restoration.lost.isEmpty {
            return NextStep(
                what: "have the deployment's agent attach its program again, as its restart does; then close the run",
                command: "migrate rollback --node \(node) --force-drift \(runID)")
        }
        return again
            ?? NextStep(what: "mend what differs, then", command: "migrate rollback --node \(node) \(runID)")
    }

    /// What no other attempt of the same command would settle.
    private func explain(_ restoration: Restoration, runID: String) {
        if !restoration.lost.isEmpty {
            let error = MigrateError(
                .residue, "cannot put every hook back", changed: "those hooks hold our program as before",
                facts: restoration.lost,
                remedy: "See which programs there are:  bpftool net show")
            Console.error(error.text)
        }
        guard !restoration.unreached.isEmpty else { return }
        let error = MigrateError(
            .hookUnreached, "not every hook could be reached", changed: "the others were put back, the pins stay",
            facts: restoration.unreached,
            remedy: "Name the namespace that was not found:  migrate rollback --node \(node) --netns PATH \(runID)")
        Console.error(error.text)
    }

    /// The database may be the very thing that is broken: it hears of the result where it can.
    /// - Returns: whether it knows the run.
    private func noteInStore(_ runID: String, _ restoration: Restoration, _ proof: Proof) -> Bool {
        guard let store = try? Store.open(path: context.settings.database, access: .readWrite) else { return false }
        let isKnown = (try? store.run(idPrefix: runID)) != nil
        if isKnown {
            try? store.update(
                run: runID, state: restoration.state, reason: .operator,
                endedAt: restoration.state == .rolledBack ? Date() : nil)
            try? store.set(proof: proof, run: runID)
        }
        try? store.checkpointAndClose()
        return isKnown
    }
}
