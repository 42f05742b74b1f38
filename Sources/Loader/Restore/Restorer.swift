import FoundationEssentials
import Kernel
import Model

/// Puts back exactly what was there, from the pins alone.
public struct Restorer {
    let pins: RunPins
    let bpffs: BPFFileSystem
    let node: NetworkNamespace?
    /// What is known of the run from elsewhere, where its record is not pinned any more.
    let known: PinnedRun?
    /// Of a run that this process is installing.
    let held: HeldRun?
    /// Ids of our programs that runs without pins account for, such as the replacements of finalized ones: the database
    /// knows them.
    public var accounted: Set<UInt32> = []
    /// Called between the check of a hook and its replacement: where a test puts the second writer.
    package var afterCheck: (Hook) -> Void = { _ in }
    package var limits = ExchangeLimits()

    /// - Parameter node: the node's namespace, if it is known; others are found by their cookies.
    public init(bpffs: BPFFileSystem, runID: String, node: NetworkNamespace?) {
        pins = RunPins(bpffs: bpffs, runID: runID)
        self.bpffs = bpffs
        self.node = node
        known = nil
        held = nil
    }

    /// For a run whose pins somebody removed.
    public init(bpffs: BPFFileSystem, run: PinnedRun, node: NetworkNamespace?) {
        self.init(bpffs: bpffs, run: run, node: node, held: nil)
    }

    init(bpffs: BPFFileSystem, run: PinnedRun, node: NetworkNamespace?, held: HeldRun?) {
        pins = RunPins(bpffs: bpffs, runID: run.runID)
        self.bpffs = bpffs
        self.node = node
        known = run
        self.held = held
    }

    /// Restores every hook, proves it, and removes the pins when nothing differs.
    ///
    /// Goes on without the journal where that cannot be written.
    /// - Parameters:
    ///   - touched: hooks that may hold our program, where that is known; what others did to the rest is theirs.
    ///   - acceptDrift: a slot that somebody else took meanwhile is left to them and is no residue.
    public func restore(
        journal: (any RunJournal)?, reason: RunReason?, touched: Set<Int>? = nil, acceptDrift: Bool = false
    ) throws(MigrateError) -> Restoration {
        let known = try readRecord()
        let run = known.run
        let lenient = LenientJournal(journal)
        var clock = PhaseClock()
        // Before the journal: a busy database must not keep the traffic where it is.
        let flipBack =
            run.cut == .switch ? clock.measure(.flipBack) { self.flipBack(run) } : FlipBack()
        let reason = flipBack.reason ?? reason
        lenient.set(state: .rollingBack, reason: reason)
        if run.cut == .switch {
            lenient.note(.flipBack, "hand all packets to the legacy programs") { ((), evidence: flipBack.evidence) }
        }
        let directory = try acting("find namespaces") { () throws(KernelError) in
            try NamespaceDirectory(node: node, seeking: Set(run.hooks.map(\.before.netns.cookie)))
        }
        var fates: [HookFate] = []
        let batch = RestoreBatch(
            directory: directory, pins: pins, held: held, afterCheck: afterCheck, limits: limits)
        let numbers = PinName.legacyNumbers(run.hooks.map { $0.before.program?.id ?? 0 })
        clock.measure(.restore) {
            for part in run.hooks.chunks(of: limits.chunk) {
                let hooks = part.map {
                    HookRestorer(
                        hook: run.hooks[$0], node: run.nodeNetns, pins: pins, legacyNumber: numbers[$0],
                        isTouched: touched?.contains($0) ?? true, acceptDrift: acceptDrift)
                }
                fates += lenient.note(.restore, RestoreLine.intent(hooks)) {
                    let fates = batch.restore(hooks)
                    return (fates, RestoreLine.evidence(fates))
                }
            }
        }
        let loaded = clock.measure(.prove) { settle(&fates, of: run, gaps: directory.gaps) }
        var proof = Proof(fates)
        proof.add(differences: known.unexplained)
        // Where no hook is known there was nothing to compare.
        if run.hooks.isEmpty { proof.identical = false }
        if proof.isSettled {
            // The pins go only when nothing depends on them any more.
            let left = clock.measure(.unpin) {
                lenient.note(.unpin, "remove \(pins.directory)") {
                    let left = unpin(loaded: loaded, run)
                    return (left, evidence: left.isEmpty ? "nothing of the run is left" : left.joined(separator: "; "))
                }
            }
            proof.add(differences: left)
        }
        proof.at = Date()
        let state: RunState =
            proof.isSettled ? .rolledBack : fates.contains { $0.kind == .mixed } ? .mixed : .residual
        lenient.set(state: state, reason: reason)
        return Restoration(
            hooks: zip(run.hooks, fates).map { ($0.before, $1.now?.program) }, proof: proof,
            unreached: fates.filter { $0.kind == .unreached }.map(\.line),
            lost: fates.filter { $0.kind == .lost }.map(\.line), state: state,
            changed: fates.contains(where: \.changed) || flipBack.before.map { !$0.word.state.isFinal } ?? false,
            reason: reason, cell: flipBack.before, lostJournal: lenient.lost, timings: clock.timings,
            planID: run.planID, nodeNetns: run.nodeNetns, hasRecord: known.hasRecord)
    }

    /// Asks the kernel where looking did not settle a hook. Returns which of our programs are still loaded.
    private func settle(_ fates: inout [HookFate], of run: PinnedRun, gaps: String) -> Set<UInt32> {
        // What differs keeps the pins in any case; then only a hook that was not found is worth the wait.
        let isDecided = fates.contains { [.difference, .lost, .mixed].contains($0.kind) }
        guard !isDecided || fates.contains(where: { $0.kind == .unreached }) else { return [] }
        let loaded = stillLoaded(run)
        for (index, hook) in run.hooks.enumerated() {
            fates[index] = fates[index].settled(
                program: hook.replacementID, isLoaded: loaded.contains(hook.replacementID), gaps: gaps)
        }
        return loaded
    }
}
