import Audit
import FoundationEssentials
import Glibc
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// Shadows that run: waits, looks after them, and says what they saw. It holds no lock.
struct Shadowing {
    let context: CommandContext
    let outcome: PlanOutcome
    let shadows: Shadows
    let startedAt: Date

    /// What came of the waiting.
    struct Watched {
        var askedSeconds: Int
        var duration: Duration
        var end: ShadowDocument.End
        /// SIGTERM or SIGHUP, if one ended it.
        var signal: CInt?
        var shown: [ShadowPacket] = []
        var disturbed: [String] = []
        var warnings: [String] = []
    }

    /// Milliseconds between two looks.
    private static let pace: UInt32 = 500
    /// Looks between two looks at the hooks.
    private static let hookPace = 20

    // MARK: Waiting

    func watch(seconds: Int) throws(MigrateError) -> Watched {
        let begin = ContinuousClock.now
        var watched = Watched(askedSeconds: seconds, duration: .zero, end: .duration)
        announce(seconds)
        do throws(KernelError) {
            try wait(until: begin + .seconds(seconds), &watched)
            // Before the links go: afterwards there is nothing in front of the hooks by our own doing.
            watched.disturbed = merged(watched.disturbed, shadows.disturbances())
            let dropped = try shadows.dropped()
            shadows.detach()
            watched.disturbed += dropped.certain
            watched.warnings += dropped.possible
            watched.duration = ContinuousClock.now - begin
            watched.shown += try shadows.takePackets()
        } catch {
            throw Self.failure(error)
        }
        return watched
    }

    private func wait(until end: ContinuousClock.Instant, _ watched: inout Watched) throws(KernelError) {
        let countdown = CountdownLine(context.console)
        defer { countdown.clear() }
        var waiter = try Waiter(every: Self.pace)
        var ticks = 0
        while ContinuousClock.now < end {
            let left = Int((end - ContinuousClock.now).components.seconds) + 1
            countdown.report(Self.line(try shadows.totals()), seconds: left)
            for case .signal(let signal) in try waiter.wait() {
                watched.end = signal == SIGINT ? .operator : .signal
                watched.signal = signal == SIGINT ? nil : signal
                return
            }
            // What is not read here is still counted; the room for packets is bounded.
            watched.shown = ShadowDocument.kept(watched.shown + (try shadows.takePackets()))
            ticks += 1
            if ticks % Self.hookPace == 0 { watched.disturbed = merged(watched.disturbed, shadows.disturbances()) }
        }
    }

    private func merged(_ known: [String], _ more: [String]) -> [String] {
        known + more.filter { !known.contains($0) }
    }

    private func announce(_ seconds: Int) {
        let hooks = outcome.hooks.count == 1 ? outcome.hooks[0].title : "\(outcome.hooks.count) hooks"
        context.console.message("Comparing at \(hooks) for \(seconds) s; packets are treated the same. Ctrl-C ends it.")
    }

    private static func line(_ totals: ShadowTotals) -> String {
        "\(totals.compared.all) packets compared, \(totals.compared.differing) differ"
    }

    private static func failure(_ error: KernelError) -> MigrateError {
        MigrateError(
            .kernelRead, "cannot read what the shadow counted",
            changed: "the node is as it was, and the shadow is gone with this command", facts: ["\(error)"])
    }

    // MARK: The result

    func finish(_ watched: Watched, _ store: Store) throws(MigrateError) -> ExitStatus {
        let document = try document(watched)
        var unkept: MigrateError?
        do throws(MigrateError) { try store.save(document) } catch { unkept = error }
        try context.write(document) { ShadowText.render($0) }
        if let unkept {
            throw MigrateError(
                .shadowNotKept, "cannot keep what shadow \(document.shadowID) saw",
                changed: "it was printed, and the node is as it was", facts: [unkept.what] + unkept.facts,
                remedy: unkept.remedy)
        }
        if let signal = watched.signal { return signal == SIGHUP ? .hungUp : .terminated }
        return document.verdict == .agree || document.verdict == .nothingSeen ? .done : .drift
    }

    private func document(_ watched: Watched) throws(MigrateError) -> ShadowDocument {
        let totals: ShadowTotals
        let destinations: [ShadowDestination]
        do throws(KernelError) {
            totals = try shadows.totals()
            destinations = try shadows.destinations()
        } catch {
            throw Self.failure(error)
        }
        let plan = outcome.document
        let known = PlannedWords(plan)
        let (seconds, attoseconds) = watched.duration.components
        var document = ShadowDocument(
            shadowID: Identifier.random(prefix: "w-"), plan: plan, tool: plan.tool, hooks: outcome.hooks,
            startedAt: startedAt, endedAt: Date(), askedSeconds: watched.askedSeconds,
            milliseconds: Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000), endedBy: watched.end,
            packets: totals, destinations: destinations.map(known.noted), shown: watched.shown,
            disturbed: watched.disturbed, warnings: watched.warnings + ShadowWarnings.lines(outcome))
        document.next = next(document)
        return document
    }

    private func next(_ document: ShadowDocument) -> NextStep {
        let plan = Identifier.short(document.planID)
        switch document.verdict {
        case .agree:
            return NextStep(what: "Take it over", command: "migrate apply --node \(document.node.name) \(plan)")
        case .differ:
            guard let first = document.destinations.first else { break }
            return NextStep(what: "See why", command: "migrate explain \(first.address)")
        case .nothingSeen, .disturbed: break
        }
        return NextStep(what: "Compare again", command: "migrate shadow --node \(document.node.name) \(plan)")
    }
}
