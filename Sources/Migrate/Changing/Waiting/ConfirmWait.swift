import Audit
import FoundationEssentials
import Glibc
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// Waits for the end of a run's confirm window, and ends as the run does, whoever decided it.
///
/// It decides nothing but what it is told by SIGINT: the deadline is the kernel's, a confirmation another command's. It follows
/// the cell and the journal, and holds no lock meanwhile. What it adds is that slots are given back soon after a deadline,
/// and that somebody tells what happens.
struct ConfirmWait {
    let context: CommandContext
    let store: Store
    let bpffs: BPFFileSystem
    let runID: String
    /// Whether this command flipped the run.
    let changed: Bool

    private var takeBack: TakeBack { TakeBack(context: context, bpffs: bpffs, node: Host.nodeName()) }
    /// Milliseconds between two looks, if nothing happens.
    private static let pace: UInt32 = 500

    func run() throws(MigrateError) -> ExitStatus {
        var run = RunAtHand(try store.run(idPrefix: runID), store, bpffs)
        let hooks = HookWatch(run)
        var health = healthRound()
        let countdown = CountdownLine(context.console)
        var traffic = TrafficLog(store: store, runID: runID)
        defer {
            countdown.clear()
            traffic.save()
        }
        announce(run)
        do {
            var waiter = try waiter(hooks, health)
            var isBackAsked = false, isChanged = false, ticks = 0
            var reason = RunReason.operator
            while true {
                run = look(run)
                traffic.look(run)
                if isBackAsked, run.isUndecided {
                    if let status = try takeBack(run, because: reason) { return status }
                } else if let status = try settle(run) {
                    return status
                }
                if case .wait = run.duty { countdown.report(text(run), seconds: run.outlook.confirmInSeconds ?? 0) }
                let events = try waiter.wait()
                for case .signal(let signal) in events {
                    guard signal == SIGINT else { return try leave(look(run), signal) }
                    countdown.clear()
                    context.console.message("Rolling back, as asked.")
                    isBackAsked = true
                }
                // At once, whatever the interval: it tells of a planned neighbor that has failed.
                let isHeard = health?.reader.listen() ?? false
                if let pace = health?.trial.everySeconds, case .wait = run.duty,
                    isHeard || isDue(pace, ticks, events), !isBackAsked
                {
                    let unhealthy = health?.ask(.window) ?? []
                    if !unhealthy.isEmpty {
                        countdown.clear()
                        context.console.message(
                            (["Rolling back: a health check failed."] + HealthRound.lines(unhealthy)).joined(
                                separator: "\n  "))
                        (isBackAsked, reason) = (true, .health)
                    }
                }
                hooks.drain()
                isChanged = isChanged || events.contains(where: \.isOfHooks)
                guard events.contains(.tick) else { continue }
                // What the kernel tells of is looked at with the next tick, however much it is; the rest every ten seconds.
                ticks += 1
                if isChanged || ticks % 20 == 0 { tell(hooks.news(), countdown) }
                isChanged = false
            }
        } catch let error as MigrateError {
            throw error
        } catch {
            throw MigrateError(
                .kernelRead, "cannot wait for the run",
                changed: "run \(runID) goes on, and the kernel takes it back in time",
                facts: ["\(error)"], remedy: "Wait again:  migrate resume \(runID)")
        }
    }

    /// The cell tells enough where the journal cannot be read for a while.
    private func look(_ last: RunAtHand) -> RunAtHand {
        RunAtHand((try? store.run(idPrefix: runID)) ?? last.record, store, bpffs)
    }

    /// Waiting is possible without it, and that nobody asks is told: deadline and breaker are the kernel's.
    private func healthRound() -> HealthRound? {
        do throws(MigrateError) {
            return try HealthRound(store: store, runID: runID, listening: true)
        } catch {
            var error = error
            error.changed = "nothing is checked while this command waits"
            Console.error(context.settings.echoed(in: error.text))
            return nil
        }
    }

    /// Whether an interval of checks ends with this tick.
    private func isDue(_ seconds: Int, _ ticks: Int, _ events: [Waiter.Event]) -> Bool {
        let pace = max(1, seconds * 1000 / Int(Self.pace))
        return events.contains(.tick) && (ticks + 1) % pace == 0
    }

    private func waiter(_ hooks: HookWatch, _ health: HealthRound?) throws(KernelError) -> Waiter {
        var waiter = try Waiter(every: Self.pace)
        for descriptor in hooks.descriptors + (health?.reader.descriptors ?? []) { waiter.add(descriptor) }
        // Where they cannot be watched there is the tick.
        try? waiter.watch(directory: RunPins(bpffs: bpffs, runID: runID).directory)
        if let end = store.path.lastIndex(of: "/") { try? waiter.watch(directory: String(store.path[..<end])) }
        return waiter
    }

    // MARK: The end

    /// `nil`: there is nothing to do yet.
    private func settle(_ run: RunAtHand) throws(MigrateError) -> ExitStatus? {
        switch run.duty {
        case .wait, .unknown: return nil
        case .takeBack(let reason): return try takeBack(run, because: reason)
        case .recordCommit:
            // Whoever confirmed it is about to say so; where it could not, this does.
            return try locked { () throws(MigrateError) in
                try? store.update(run: runID, state: .committed, endedAt: Date())
                return try over(look(run))
            }
        case .nothing, .finalize, .close: return try over(run)
        }
    }

    private func takeBack(_ run: RunAtHand, because reason: RunReason) throws(MigrateError) -> ExitStatus? {
        try locked { () throws(MigrateError) in
            // It may have been decided while the lock was waited for.
            guard look(run).duty == run.duty else { return nil }
            return try finish(try takeBack.restore(run.record, store, because: reason))
        }
    }

    /// Under the lock, unless another command that changes the node has it: then it may be doing this very thing.
    private func locked(_ body: () throws(MigrateError) -> ExitStatus?) throws(MigrateError) -> ExitStatus? {
        do throws(MigrateError) {
            return try NodeLock.holding(bpffs, body)
        } catch {
            guard error.code == .locked else { throw error }
            return nil
        }
    }

    private func finish(_ outcome: TakeBack.Outcome) throws(MigrateError) -> ExitStatus {
        var outcome = outcome
        outcome.document.changed = outcome.document.changed || changed
        try takeBack.say(outcome)
        let status = outcome.exit(wasAsked: false)
        RunEnding.explain(outcome.document, status)
        return status
    }

    /// Somebody else has ended it.
    private func over(_ run: RunAtHand) throws(MigrateError) -> ExitStatus {
        let document = run.document(changed: changed, proof: (try? store.proof(run: runID)) ?? nil)
        try context.write(document) { RunText.render($0) }
        let status = RunEnding.status(of: document)
        RunEnding.explain(document, status)
        return status
    }

    /// The run goes on without this command.
    private func leave(_ run: RunAtHand, _ signal: CInt) throws(MigrateError) -> ExitStatus {
        try context.write(run.document(changed: changed)) { RunText.render($0) }
        let status: ExitStatus = signal == SIGHUP ? .hungUp : .terminated
        guard run.outlook.state == .provisional else {
            // It waited for the lock, or for somebody who settles the run: no deadline does that.
            Console.error(
                context.settings.echoed(
                    in: """
                        Stopped by signal \(signal): \(OutlookText.sentence(runID, run.outlook)).  [\(Code.leftProvisional.text)]
                          \(run.outlook.next.map { "\($0.what):  \($0.command)" } ?? "See what holds:  migrate status")
                        """))
            return status
        }
        let by = run.outlook.confirmBy.map { "at \($0.formatted(.iso8601))" } ?? "at its deadline"
        let left = run.outlook.confirmInSeconds.map { " (in \(Duration.words(seconds: $0)))" } ?? ""
        let after =
            run.outlook.fallForward == .none
            ? "the kernel gives the packets back to the legacy programs \(by)\(left); no process is needed for that"
            : "packets fall forward \(by)\(left): the switches cannot hand them all to the legacy programs"
        Console.error(
            context.settings.echoed(
                in: """
                    Stopped by signal \(signal): run \(runID) stays provisional.                     [\(Code.leftProvisional.text)]
                      Unconfirmed, \(after).
                      \(keep(run))
                      Wait again, and have the slots settled afterwards:  migrate resume \(runID)
                    """))
        return status
    }

    // MARK: Words

    private func announce(_ run: RunAtHand) {
        guard case .wait = run.duty else { return }
        context.console.message(
            context.settings.echoed(
                in: """
                    \(text(run)). Unconfirmed, the legacy programs take over again by themselves in \(Duration.words(seconds: run.outlook.confirmInSeconds ?? 0)).
                      \(keep(run))
                      More time:  migrate extend --by 5m \(runID)
                      Take it back now: Ctrl-C, or  migrate rollback --node \(Host.nodeName()) \(runID)
                    """))
    }

    /// A part of the flows cannot be confirmed.
    private func keep(_ run: RunAtHand) -> String {
        run.outlook.share < 100
            ? "Take all flows there, then confirm:  migrate canary 100% \(runID)" : "Keep it:  migrate confirm \(runID)"
    }

    private func text(_ run: RunAtHand) -> String { "Run \(Identifier.short(runID)) is provisional" }

    private func tell(_ lines: [String], _ countdown: CountdownLine) {
        guard !lines.isEmpty else { return }
        countdown.clear()
        let error = MigrateError(
            .hookChanged, "somebody else changed hooks of the run while it waits",
            changed: "what they did was left alone",
            facts: lines, remedy: "See what holds now:  migrate status")
        Console.error(context.settings.echoed(in: error.text))
    }
}

extension Waiter.Event {
    fileprivate var isOfHooks: Bool {
        if case .readable = self { true } else { false }
    }
}
