import Audit
import FoundationEssentials
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// Takes a run back, whoever asks for it: the cell and every slot, proof, journal, document.
struct TakeBack {
    let context: CommandContext
    let bpffs: BPFFileSystem
    let node: String
    /// Slots that somebody else took meanwhile are left to them.
    var acceptDrift = false

    /// What came of it.
    struct Outcome {
        var document: RunDocument
        var restoration: Restoration

        /// - Parameter wasAsked: by this command, so that it has done what it was told to.
        func exit(wasAsked: Bool) -> ExitStatus {
            switch restoration.state {
            case .mixed: .mixed
            case .rolledBack:
                wasAsked ? .done : document.reason == .deadline ? .notConfirmed : .rolledBack
            default: .residue
            }
        }
    }

    /// From the pins, else from what the database knows. The caller holds the lock.
    func restore(_ record: RunRecord, _ store: Store, because reason: RunReason) throws(MigrateError) -> Outcome {
        let journal = StoreJournal(store: store, runID: record.id, command: ThisCommand.atOnce)
        var restorer = try restorer(record)
        // What finalized runs left in the slots for good is none of this one's.
        let finalized = (try? store.runs { $0.state == .finalized && $0.bootID == record.bootID }) ?? []
        restorer.accounted = Set(finalized.flatMap(\.hooks).compactMap { $0.plain?.id ?? $0.replacement?.id })
        // The switches count no more once they are gone. The rest of it waits until packets are back.
        let counted = RunInspector.sides(of: record)
        let restoration = try restorer.restore(
            journal: journal, reason: reason,
            // A shadow has taken nothing over: whoever took a slot of it meanwhile keeps it.
            acceptDrift: acceptDrift || record.purpose == .shadow)
        let proof = proof(restoration, beside: others(of: record, store))
        try? store.set(proof: proof, run: record.id)
        let sides = counted.map { keep($0, of: record, store) }
        var document = RunDocument((try? store.run(idPrefix: record.id)) ?? record, changed: restoration.changed)
        document.sides = sides ?? (try? store.sides(run: record.id)) ?? nil
        document.health = (try? store.health(run: record.id)).flatMap { $0.isEmpty ? nil : $0 }
        let plan = (try? store.plan(ofRun: record.id)) ?? nil
        return outcome(document, restoration, proof, because: reason, plan: plan)
    }

    /// With what the node's own counters say beside them.
    private func keep(_ counted: TrafficSides, of record: RunRecord, _ store: Store) -> TrafficSides {
        let trial = (try? store.trial(run: record.id)) ?? nil
        let sides = counted.adding(RunInspector.surroundings(trial))
        try? store.set(sides: sides, run: record.id)
        return sides
    }

    /// By the pins alone. The caller holds the lock.
    func restoreFromPins(_ runID: String) throws(MigrateError) -> Outcome {
        let restoration = try Restorer(bpffs: bpffs, runID: runID, node: namedNamespace()).restore(
            journal: nil, reason: .operator, acceptDrift: acceptDrift)
        let proof = proof(restoration, beside: .impossible("how it was is in the plan, and the pins hold none"))
        let isKnown = noteInStore(runID, restoration, proof)
        let document = RunDocument(
            runID: runID, planID: restoration.planID, changed: restoration.changed, state: restoration.state,
            reason: .operator, share: 0, hooks: [])
        let again = isKnown ? nil : NextStep(what: "see what is in the slots", command: "bpftool net show")
        return outcome(
            document, restoration, proof, because: .operator, plan: nil, again: restoration.hasRecord ? nil : again)
    }

    /// Writes the document, and what no other attempt of the same command would settle.
    func say(_ outcome: Outcome) throws(MigrateError) {
        try context.write(outcome.document) { RunText.render($0) }
        explain(outcome.restoration, runID: outcome.document.runID)
    }

    // MARK: From where

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

    /// Somebody may have removed the pins, and a kill may have come before the record was pinned.
    private func restorer(_ record: RunRecord) throws(MigrateError) -> Restorer {
        let namespace = try namedNamespace()
        if (try? RunPins(bpffs: bpffs, runID: record.id).read()) != nil {
            return Restorer(bpffs: bpffs, runID: record.id, node: namespace)
        }
        // With both of our programs: one that is still loaded says that pins are only out of sight.
        let run = PinnedRun(
            runID: record.id, planID: record.planID, nodeNetns: record.nodeNetns, cut: record.cut,
            hooks: record.hooks.map {
                PinnedHook(before: $0.before, replacementID: $0.replacement?.id ?? 0, plainID: $0.plain?.id ?? 0)
            })
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

    private func outcome(
        _ document: RunDocument, _ restoration: Restoration, _ proof: Proof, because reason: RunReason,
        plan: PlanDocument?, again: NextStep? = nil
    ) -> Outcome {
        var document = document
        // The kernel may have taken it back before anybody asked.
        document.reason = restoration.reason ?? reason
        document.share = 0
        document.show(restoration, proof: proof)
        document.next = next(restoration, proof, document.runID, plan, again)
        SystemLog.write(.rollback, document)
        return Outcome(document: document, restoration: restoration)
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
        guard let store = try? context.openStore(.existing)
        else { return false }
        let known = try? store.run(idPrefix: runID)
        let isKnown = known != nil
        // What is final stays so, whatever becomes of what is left of its pins.
        if let known, known.state != .finalized {
            try? store.update(
                run: runID, state: restoration.state, reason: restoration.reason ?? .operator,
                endedAt: restoration.state == .rolledBack ? Date() : nil)
            try? store.set(proof: proof, run: runID)
        }
        context.trail.wasOpen(store)
        try? store.checkpointAndClose()
        return isKnown
    }
}
