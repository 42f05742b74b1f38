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
    /// The run, where they stand in the slots.
    let slot: SlotShadow?
    let startedAt: Date
    let id = Identifier.random(prefix: "w-")

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
        /// Of those in the slots.
        var ending: SlotShadow.Ending?
        /// Why their slots could not be given back.
        var stays: MigrateError?
    }

    /// Milliseconds between two looks.
    private static let pace: UInt32 = 500
    /// Looks between two lines of `--stream`.
    private static let streamPace = 2
    /// Looks between two looks at the hooks.
    private static let hookPace = 20

    // MARK: Waiting

    func watch(seconds: Int) throws(MigrateError) -> Watched {
        let begin = ContinuousClock.now
        var watched = Watched(askedSeconds: seconds, duration: .zero, end: .duration)
        announce(seconds)
        do throws(KernelError) {
            try wait(until: begin + .seconds(seconds), &watched)
            // Before they go: afterwards there is nothing at the hooks by our own doing.
            watched.disturbed = merged(
                watched.disturbed, [shadows.end()].compactMap(\.self) + shadows.disturbances())
            let dropped = try shadows.dropped()
            shadows.detach()
            watched.disturbed += dropped.certain
            watched.warnings += dropped.possible
        } catch {
            giveBack(&watched)
            throw watched.stays ?? Self.failure(error)
        }
        giveBack(&watched)
        watched.duration = ContinuousClock.now - begin
        do throws(KernelError) { watched.shown += try shadows.takePackets() } catch { throw Self.failure(error) }
        return watched
    }

    private func giveBack(_ watched: inout Watched) {
        guard let slot else { return }
        do throws(MigrateError) {
            let ending = try slot.end()
            watched.ending = ending
            if ending.state == .residual || ending.state == .mixed {
                watched.stays = ShadowRuns.stays(slot.runID, ending.proof?.differences ?? [])
            }
        } catch {
            watched.stays = ShadowRuns.stays(slot.runID, [error.what] + error.facts)
        }
    }

    private func wait(until end: ContinuousClock.Instant, _ watched: inout Watched) throws(KernelError) {
        let countdown = CountdownLine(context.console)
        defer { countdown.clear() }
        var waiter = try Waiter(every: Self.pace)
        var ticks = 0
        while ContinuousClock.now < end {
            let left = Int((end - ContinuousClock.now).components.seconds) + 1
            let totals = try shadows.totals()
            countdown.report(Self.line(totals), seconds: left)
            if ticks % Self.streamPace == 0 { stream(totals, left: left) }
            for case .signal(let signal) in try waiter.wait() {
                watched.end = signal == SIGINT ? .operator : .signal
                watched.signal = signal == SIGINT ? nil : signal
                return
            }
            // What is not read here is still counted; the room for packets is bounded.
            watched.shown = ShadowDocument.kept(watched.shown + (try shadows.takePackets()))
            ticks += 1
            if let why = shadows.end() {
                watched.end = .cutOff
                watched.disturbed = merged(watched.disturbed, [why])
                return
            }
            if ticks % Self.hookPace == 0 { watched.disturbed = merged(watched.disturbed, shadows.disturbances()) }
        }
    }

    /// A reader that went away, or a full disk, is told of with the result: the shadow goes on.
    private func stream(_ totals: ShadowTotals, left: Int) {
        guard context.settings.stream else { return }
        let progress = ShadowProgress(
            shadowID: id, planID: outcome.document.planID, runID: slot?.runID, at: Date(), secondsLeft: left,
            packets: totals)
        try? context.write(progress) { _ in "" }
    }

    private func merged(_ known: [String], _ more: [String]) -> [String] {
        known + more.filter { !known.contains($0) }
    }

    private func announce(_ seconds: Int) {
        let place = slot.map { ", in the slot, as run \($0.runID)" } ?? ""
        let hooks = outcome.hooks.count == 1 ? outcome.hooks[0].title : "\(outcome.hooks.count) hooks"
        context.console.message(
            "Comparing at \(hooks) for \(Duration.words(seconds: seconds))\(place); packets are treated the same. Ctrl-C ends it."
        )
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
        var document = try document(watched)
        var unkept: MigrateError?
        do throws(MigrateError) {
            let dropped = try store.save(document)
            if dropped > 0 {
                context.console.message(
                    "Dropped \(dropped.of("older shadow")): the last \(Store.shadowsKept) are kept.")
            }
        } catch { unkept = error }
        document.audit = (try? store.auditMark()) ?? nil
        try context.write(document) { ShadowText.render($0) }
        if let unkept {
            throw MigrateError(
                .shadowNotKept, "cannot keep what shadow \(document.shadowID) saw",
                changed: "it was printed, and the node is as it was", facts: [unkept.what] + unkept.facts,
                remedy: unkept.remedy)
        }
        if let stays = watched.stays {
            guard watched.ending?.state == .mixed else { throw stays }
            Console.error(context.settings.echoed(in: stays.text))
            return .mixed
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
            shadowID: id, plan: plan, tool: plan.tool, hooks: outcome.hooks,
            startedAt: startedAt, endedAt: Date(), askedSeconds: watched.askedSeconds,
            milliseconds: Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000), endedBy: watched.end,
            packets: totals, destinations: destinations.map(known.noted), shown: watched.shown,
            disturbed: watched.disturbed,
            warnings: watched.warnings + ShadowWarnings.lines(outcome, inSlot: slot != nil))
        if let slot { (document.way, document.runID, document.proof) = (.slot, slot.runID, watched.ending?.proof) }
        document.next = next(document)
        return document
    }

    private func next(_ document: ShadowDocument) -> NextStep {
        let plan = Identifier.short(document.planID), way = slot == nil ? "" : " --in-slot"
        switch document.verdict {
        case .agree:
            return NextStep(what: "Take it over", command: "migrate apply --node \(document.node.name) \(plan)")
        case .differ:
            guard let first = document.destinations.first else { break }
            return NextStep(what: "See why", command: "migrate explain \(first.address)")
        case .nothingSeen, .disturbed: break
        }
        return NextStep(what: "Compare again", command: "migrate shadow --node \(document.node.name)\(way) \(plan)")
    }
}
