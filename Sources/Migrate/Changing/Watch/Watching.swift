import FoundationEssentials
import Glibc
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// One watch: listens, looks, tells; with ``WatchOptions/heals`` converts what it may (docs/watch.md).
///
/// An event is looked at where it happened, and healed at once. All else (the whole node, confirmations, what superseded heals
/// left behind) waits for the next tick.
final class Watching {
    let context: CommandContext
    let store: Store
    let bpffs: BPFFileSystem
    let options: WatchOptions
    let log: WatchLog

    var runs = WatchedRuns()
    var namespaces: WatchedNamespaces
    private var ears: WatchEars?
    /// As the last look at all hooks found them.
    private var sorted: [WatchedHook] = []
    /// What was told of hooks, so that it is told once.
    private var told: Set<String> = []
    private var isLookDue = true
    private var isReloadDue = true
    /// Nothing more is begun.
    private var isEnding = false

    var basis: HealBasis?
    var allowance: HealAllowance
    /// Heals that wait to be confirmed, and since when.
    var pending: [String: ContinuousClock.Instant] = [:]
    /// Heals that this watch began or found, and the places that they are at.
    var places: [String: HealPlace] = [:]
    /// Why a hook is left as it is; by its place and program.
    private var left: [String: String] = [:]
    var healed = 0
    var takenBack = 0

    init(context: CommandContext, store: Store, bpffs: BPFFileSystem, options: WatchOptions) throws(MigrateError) {
        self.context = context
        self.store = store
        self.bpffs = bpffs
        self.options = options
        log = WatchLog(context, options)
        allowance = HealAllowance(perMinute: options.perMinute)
        namespaces = try WatchedNamespaces([])
    }

    private static let tick: UInt32 = 1000
    /// Ticks between two looks at all hooks, if nothing happens.
    private static let lookEvery = 10

    func run() throws(MigrateError) -> ExitStatus {
        // Read once: a tenth of a second, while no packet waits for it.
        if options.heals {
            _ = ThisCommand.record
            settle()
        }
        try reload()
        if options.once {
            try look()
            return status
        }
        renewBasis()
        try look()
        ServiceManager.tell("READY=1")
        do {
            try loop()
        } catch let error as MigrateError {
            throw error
        } catch {
            throw MigrateError(
                .kernelRead, "cannot go on watching", facts: ["\(error)"], remedy: "Look once:  migrate status")
        }
        ServiceManager.tell("STOPPING=1")
        isEnding = true
        if options.heals { decide(isEnding: true) }
        try reload()
        try look()
        return status
    }

    private var status: ExitStatus { sorted.contains(where: \.isTrouble) ? .drift : .done }

    private func loop() throws {
        var waiter = try Waiter(every: Self.tick)
        if let end = store.path.lastIndex(of: "/") { try? waiter.watch(directory: String(store.path[..<end])) }
        try? waiter.watch(directory: RunPins.root(bpffs))
        var listening: Set<CInt> = []
        var ticks = 0
        while true {
            let now = Set(ears?.descriptors ?? [])
            for descriptor in listening.subtracting(now) { waiter.remove(descriptor) }
            for descriptor in now.subtracting(listening) { waiter.add(descriptor) }
            listening = now
            let events = try waiter.wait()
            for case .signal in events { return }
            // What somebody else took back is not to be healed: that is known before the hooks are looked at.
            if isReloadDue || events.contains(.files) { try reload() }
            hear()
            guard events.contains(.tick) else { continue }
            ticks += 1
            if options.heals {
                if ticks % Self.lookEvery == 0 { settle() }
                decide(isEnding: false)
                renewBasisIfDue(ticks)
            }
            if isLookDue || ticks % Self.lookEvery == 0 { try look() }
        }
    }

    // MARK: What the kernel tells

    private func hear() {
        let woken = ContinuousClock.now
        guard let heard = ears?.take() else { return }
        if heard.isLost {
            log.tell(.eventsLost, "Notifications were lost: everything is looked at again.")
            isLookDue = true
        }
        if heard.isNetworkChanged { isLookDue = true }
        guard !heard.hooks.isEmpty else { return }
        isLookDue = true
        let seen = namespaces.look(at: heard.hooks)
        consider(HookStandings.sort(runs.holding, seen, runs.likeness), since: woken)
    }

    // MARK: Looks

    /// The runs, and the namespaces to listen in.
    func reload() throws(MigrateError) {
        isReloadDue = false
        runs = try WatchedRuns(store, bpffs, known: runs)
        noteRollbacks()
        let wanted = runs.namespaces
        if ears == nil || wanted != Set(namespaces.namespaces.map(\.identity.cookie)).union(namespaces.missing) {
            let found = try WatchedNamespaces(wanted)
            do throws(KernelError) { ears = try WatchEars(found.namespaces) } catch {
                throw MigrateError(
                    .kernelRead, "cannot listen to the kernel", facts: [error.description],
                    remedy: "Look at the machine:  migrate preflight")
            }
            namespaces = found
        }
        if let basis, basis.base.run.id != runs.base?.run.id { self.basis = nil }
        isLookDue = true
    }

    /// All hooks.
    private func look() throws(MigrateError) {
        isLookDue = false
        if options.heals { keepSets() }
        let seen = namespaces.look()
        sorted = HookStandings.sort(runs.holding, seen, runs.likeness)
        allowance.forget(allBut: seen.interfaces)
        let known = Set(sorted.map(Self.key))
        left = left.filter { known.contains($0.key) }
        told.formIntersection(Set(sorted.map(line)))
        if !options.once { consider(sorted, since: nil) }
        try log.show(document)
    }

    private var document: WatchDocument {
        WatchDocument(
            node: Host.nodeName(), runID: runs.base?.run.id, planID: runs.base?.plan.planID, heals: options.heals,
            sorted: sorted, left: { [left] in left[Self.key($0)] }, blockers: basis?.blockers ?? [], healed: healed,
            takenBack: takenBack, givenUp: allowance.givenUp.count)
    }

    private static func key(_ watched: WatchedHook) -> String {
        "\(watched.hook.netns.cookie) \(watched.hook.ifindex) \(watched.hook.direction) \(watched.hook.program?.id ?? 0)"
    }

    private func line(_ watched: WatchedHook) -> String {
        "\(watched.hook.title(onNode: runs.base?.run.nodeNetns ?? 0)): \(watched.what)"
    }

    // MARK: What is done about it

    /// Tells what is new, and heals it.
    private func consider(_ found: [WatchedHook], since heard: ContinuousClock.Instant?) {
        for watched in found where watched.isTrouble {
            if told.insert(line(watched)).inserted {
                log.tell(
                    watched.standing == .new ? .hookAppeared : .hookDrifted,
                    "\(watched.standing.rawValue): \(line(watched))")
            }
            guard options.heals, !isEnding else { continue }
            if let (code, why) = heal(watched, since: heard ?? .now) {
                let isNew = left.updateValue(why, forKey: Self.key(watched)) != why
                if isNew { log.tell(code, "left as it is: \(watched.hook.title): \(why)") }
            } else {
                left[Self.key(watched)] = nil
                isReloadDue = true
            }
        }
    }

    /// `nil`: it is converted; else why not.
    private func heal(_ watched: WatchedHook, since heard: ContinuousClock.Instant) -> (Code, String)? {
        if let unlike = watched.unlike { return (.notHealed, unlike) }
        guard let basis else { return (.notHealed, "the node was not read yet") }
        if let blocker = basis.blockers.first { return (.notHealed, blocker) }
        let hook = watched.hook, place = HealPlace(hook), seconds = BootClock.now() / 1_000_000_000
        switch allowance.ask(place, at: seconds) {
        case .givenUp: return (.healGivenUp, "somebody insists on it, \(HealAllowance.tries) tries are spent")
        case .later: return (.healLater, "\(options.perMinute) were healed within a minute")
        case .go: break
        }
        let faults = HookFitness.faults(hook, basis.base.plan.decision.profile, in: namespaces[hook.netns.cookie])
        if let fault = faults.first { return (.notHealed, fault) }
        let healing = Healing(
            context: context, store: store, bpffs: bpffs, basis: basis, namespaces: namespaces,
            pending: Set(pending.keys))
        switch healing.heal(hook) {
        case .busy(let why):
            isLookDue = true
            return (.healLater, why)
        case .over(let why):
            isReloadDue = true
            return (.notHealed, why)
        case .failed(let error):
            allowance.take(place, at: seconds)
            basis.prepare()
            return (.notHealed, ([error.what] + error.facts.prefix(1)).joined(separator: ": "))
        case .flipped(let runID, let spent):
            allowance.take(place, at: seconds)
            healed += 1
            pending[runID] = .now
            places[runID] = place
            told.remove(line(watched))
            say(runID, hook, heard.duration(to: .now), spent)
            // At once: the next proxy may come before the next tick.
            if let run = try? store.run(idPrefix: runID) { runs.holding.insert(run.located(in: bpffs), at: 0) }
            basis.prepare()
            return nil
        }
    }

    private func say(_ runID: String, _ hook: Hook, _ took: Duration, _ spent: [String: Int]) {
        let milliseconds = took.components.seconds * 1000 + took.components.attoseconds / 1_000_000_000_000_000
        guard let run = try? store.run(idPrefix: runID) else { return }
        var document = RunAtHand(run, store, bpffs).document(changed: true)
        document.timings = spent
        SystemLog.write(.flip, document)
        log.write(
            document,
            "healed: \(hook.title(onNode: run.nodeNetns)): program \(hook.program?.id ?? 0) gave way to "
                + "\(run.hooks.first?.replacement?.id ?? 0), \(milliseconds) ms after it was heard of; run \(runID), provisional"
        )
    }

    // MARK: The basis

    func renewBasis() {
        guard options.heals, let base = runs.base else { return basis = nil }
        let renewed = HealBasis(runs, base, context, store)
        if renewed.blockers != basis?.blockers ?? [] {
            for line in renewed.blockers { log.tell(.notHealed, "nothing is healed: \(line)") }
        }
        basis = renewed
        renewed.prepare()
    }

    /// At once for a run that has none; where it keeps hooks from being healed soon, else now and then.
    private func renewBasisIfDue(_ ticks: Int) {
        guard runs.base != nil, pending.isEmpty else { return }
        let every = basis.map { $0.blockers.isEmpty ? 300 : 30 } ?? 1
        if ticks % every == 0 { renewBasis() }
    }
}
