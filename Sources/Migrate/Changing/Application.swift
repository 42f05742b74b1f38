import Audit
import FoundationEssentials
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// One application of a plan: record the run, install, say what came of it.
struct Application {
    let context: CommandContext
    let store: Store
    let bpffs: BPFFileSystem
    let outcome: PlanOutcome
    let trial: Trial

    /// How it came out.
    enum Result {
        /// Said already.
        case ended(ExitStatus)
        /// Every hook is on the replacement, until the deadline; not said yet.
        case provisional(RunDocument)
    }

    func run() throws(MigrateError) -> Result {
        let plan = outcome.document
        let runID = Identifier.random(prefix: "r-")
        let record = RunRecord(
            id: runID, planID: plan.planID, bootID: plan.node.bootID, node: plan.node.name,
            nodeNetns: plan.node.netns.cookie, pinDirectory: RunPins(bpffs: bpffs, runID: runID).directory,
            state: .installing, cut: plan.decision.cut, confirmWithin: trial.window.seconds, startedAt: Date(),
            hooks: outcome.hooks.enumerated().map { .init(index: $0, before: $1, replacement: nil) })
        try store.create(run: record)
        let journal = StoreJournal(store: store, runID: runID, command: ThisCommand.record)
        let result = Installer(request(runID), journal: journal).install()
        return try finish(result, runID: runID)
    }

    private func request(_ runID: String) -> InstallRequest {
        let plan = outcome.document
        let brokenBefore = broken(outcome)
        let warm = outcome.delivered.compactMap { entry -> NeighborWarming.Target? in
            let finding = entry.finding
            guard let ifindex = finding.kernel.ifindex, finding.kernel.gateway == nil, finding.effect != .broken
            else { return nil }
            return .init(netns: entry.netns, address: finding.address, ifindex: ifindex)
        }
        let delivered = Set(outcome.delivered.map(\.finding).filter { $0.effect == .same }.map(\.address))
        let mustAnswer = plan.asked.acceptUnknown ? [] : Set(warm.filter { delivered.contains($0.address) })
        var request = InstallRequest(
            bpffs: bpffs, node: outcome.node, runID: runID, planID: plan.planID,
            configurations: InstallRequest.configurations(plan.decision, hooks: outcome.hooks),
            hooks: outcome.hooks, members: outcome.enrolled, warm: warm, mustAnswer: mustAnswer,
            recheck: { () throws(MigrateError) in
                let again = try context.plan(plan.asked, profile: nil, allEntries: false, behind: outcome.hooks)
                return again.delivered.map(\.finding).filter {
                    $0.effect == .broken && !brokenBefore.contains($0.address)
                }
                .map { "\($0.address): \($0.verdict.rawValue) \($0.note)" }
            },
            interrupted: HeldSignals.waiting)
        request.cut = plan.decision.cut
        request.window = trial.window.seconds
        request.share = trial.share
        request.planned = outcome.planned
        if let tried = runTrial {
            request.beforeFlip = { () throws(MigrateError) in try insistOnHealth(tried, runID) }
        }
        request.configurations = request.configurations.mapValues {
            var told = $0
            told.breaker = Breaker(limit: trial.breaker)
            return told
        }
        return request
    }

    /// What the run is judged by while it waits; `nil` where it does not.
    private var runTrial: RunTrial? {
        guard outcome.document.decision.cut == .switch, trial.window.seconds != nil else { return nil }
        let planned = Set(outcome.planned.keys)
        let destinations = outcome.delivered.compactMap { entry -> HealthReading.Destination? in
            guard planned.contains(entry.finding.address), let ifindex = entry.finding.kernel.ifindex else {
                return nil
            }
            return HealthReading.Destination(netns: entry.netns, ifindex: ifindex, address: entry.finding.address)
        }
        return RunTrial(
            share: trial.share, breaker: trial.breaker, check: trial.check, everySeconds: trial.everySeconds,
            destinations: destinations)
    }

    /// What had failed before is nobody's failure afterwards; the operator's check must pass now.
    private func insistOnHealth(_ tried: RunTrial, _ runID: String) throws(MigrateError) {
        var tried = tried
        tried.before = HealthReader(tried, listening: false).read()
        try store.set(trial: tried, run: runID)
        var health = HealthRound(store: store, runID: runID, trial: tried)
        let unhealthy = health.ask(.beforeFlip)
        guard !unhealthy.isEmpty else { return }
        throw MigrateError(
            .unhealthy, "a health check failed before the flip", facts: HealthRound.lines(unhealthy),
            remedy: unhealthy.contains { $0.subject == .command } && tried.check != nil
                ? "See what it says by itself, then apply again:  sh -c \((tried.check ?? "").shellWord)"
                : "See how the node is, then apply again:  migrate plan")
    }

    private func broken(_ outcome: PlanOutcome) -> Set<IPAddress> {
        Set(outcome.delivered.lazy.map(\.finding).filter { $0.effect == .broken }.map(\.address))
    }

    private func finish(_ result: InstallResult, runID: String) throws(MigrateError) -> Result {
        switch result {
        case .committed(_, let after, let unresolved, let timings):
            let run = try document(runID, after, unresolved, timings)
            SystemLog.write(.flip, run)
            try context.write(run) { RunText.render($0) }
            return .ended(.done)
        case .provisional(let run):
            let flipped = try document(runID, run.after, run.unresolved, run.timings)
            SystemLog.write(.flip, flipped)
            return .provisional(flipped)
        case .undone(let cause, let reason, let restoration):
            return .ended(try undone(cause, reason, restoration, runID: runID))
        }
    }

    /// Of a run that has flipped.
    private func document(
        _ runID: String, _ after: [Hook], _ unresolved: Int, _ timings: [String: Int]
    ) throws(MigrateError) -> RunDocument {
        let record: RunRecord
        do throws(MigrateError) {
            record = try store.run(idPrefix: runID)
        } catch {
            var error = error
            error.changed = "every hook is on the replacement"
            error.remedy = "See how it stands:  migrate status"
            throw error
        }
        let run = RunAtHand(record, store, bpffs)
        var document = run.document(changed: true)
        document.show(
            after.map { HookReading(standing: .ours, program: $0.program) }, of: record.hooks.map(\.before))
        document.timings = timings
        if unresolved > 0 {
            document.warnings.append(
                "\(unresolved) neighbors did not answer; the kernel resolves them when traffic comes")
        }
        return document
    }

    private static func words(_ restoration: Restoration) -> String {
        guard restoration.changed else { return "nothing was changed" }
        return restoration.proof.identical
            ? "everything was put back, proven identical"
            : "what was replaced was put back; somebody else changed the rest"
    }

    private func undone(
        _ cause: MigrateError, _ reason: RunReason, _ restoration: Restoration?, runID: String
    ) throws(MigrateError) -> ExitStatus {
        if let proof = restoration?.proof { try? store.set(proof: proof, run: runID) }
        if let record = try? store.run(idPrefix: runID) {
            var document = RunDocument(record, changed: restoration?.changed ?? false)
            if let restoration {
                document.show(restoration, proof: restoration.proof)
            } else if let now = try? RunInspector(record).hooksNow() {
                // Nothing was replaced; what the hooks hold is read, not concluded from that.
                document.show(now.hooks, of: record.hooks.map(\.before))
            }
            document.reason = reason
            document.next = NextStep(what: "look again", command: PlanSource.again(outcome.document))
            SystemLog.write(.rollback, document)
            try context.write(document) { RunText.render($0) }
        }
        var shown = cause
        // What ends it could not be written, as on a disk that is full.
        if let record = try? store.run(idPrefix: runID), record.state.isOpen {
            shown.facts.append(
                "The journal did not hear of it: run \(runID) stands there as \(record.state.rawValue). Once it can be written, this closes it:  migrate resume"
            )
        }
        guard let restoration else { throw shown }
        switch restoration.state {
        case .rolledBack:
            // What the node is like is the same as before; the code tells whether anything was changed meanwhile.
            shown.changed = Self.words(restoration)
            if restoration.changed || cause.code == .interrupted || cause.code == .rolledBack {
                Console.error(context.settings.echoed(in: shown.text))
                return .rolledBack
            }
        case .mixed:
            shown.changed = "the node is in a mixed state"
            shown.facts += restoration.proof.differences
            Console.error(context.settings.echoed(in: shown.text))
            return .mixed
        default:
            shown.changed = "it was rolled back with a residue"
            shown.facts += restoration.proof.differences
            Console.error(context.settings.echoed(in: shown.text))
            return .residue
        }
        throw shown
    }
}
