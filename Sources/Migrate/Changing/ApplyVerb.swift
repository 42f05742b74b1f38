import ArgumentParser
import Audit
import FoundationEssentials
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

public struct ApplyVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Replace the legacy programs by the one that asks the kernel, as a plan says.",
        discussion: """
            The plan is evidence of what was approved: the node is read and planned again, and nothing happens \
            unless the same decision comes out. The legacy programs are pinned before anything else. Each hook gets \
            a switch in its own slot, which changes nothing yet; then one store flips every hook at once, while \
            traffic flows. Whatever fails before that is undone.

            From then on the kernel itself counts: unconfirmed after --confirm-within, packets take the legacy \
            programs again, with or without a process. This command waits for the confirmation and ends as the run \
            does: 0 when it was confirmed, 21 when it was not in time, 20 when it was rolled back. Ctrl-C rolls back \
            at once; when it is ended otherwise, or with --detach, the run stays provisional. The same command again \
            waits again.

            Keep it with:  migrate confirm
            Take it back with:  migrate rollback --node NAME

            Example:  migrate apply --node "$(hostname)" --confirm-within 10m plan.json
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(help: ArgumentHelp("This machine's node name: a guard, not a target.", valueName: "name"))
    var node: String

    @Option(
        help: ArgumentHelp(
            "How long the run waits for a confirmation before the kernel takes it back, such as 90s or 1h30m; none commits at once (default: 10m).",
            valueName: "time|none"))
    var confirmWithin: String?

    @Option(
        help: ArgumentHelp(
            "Try a share of the flows on the replacement first, such as 5%; then `migrate canary 100%`, and confirm (default: all).",
            valueName: "share"))
    var canary: String?

    @Option(
        help: ArgumentHelp(
            "Share of failures at which the kernel itself takes the run back, such as 1%; off leaves that to you (default: 1%).",
            valueName: "share|off"))
    var breaker: String?

    @Option(
        help: ArgumentHelp(
            "A shell command that must end with 0 before the flip, again and again while the run waits, and before it is confirmed; else the run is rolled back.",
            valueName: "command"))
    var check: String?

    @Option(
        help: ArgumentHelp(
            "Time between two health checks, and how long the command may take (default: 5s).", valueName: "time"))
    var checkEvery: String?

    @Flag(help: "Do not wait for the confirmation; the kernel takes an unconfirmed run back all the same.")
    var detach = false

    @Argument(help: "A plan file, `-`, or the beginning of a plan's id. Without it a terminal is asked.")
    var plan: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "apply", as: .apply)
        try Guards.requireNode(node)
        let trial = try trial()
        let bpffs = try context.openBPFFS()
        // Before any thread is made: one that does not hold them back would be ended by them, and all others with it.
        HeldSignals.hold()
        let approved = try approvedPlan(context)
        return try context.asking(approved.asked) { (context) throws(MigrateError) in
            try apply(approved, trial, bpffs, context)
        }
    }

    /// What is left to do once the lock is let go.
    private enum Next {
        case done(ExitStatus)
        /// The run waits for its confirmation; this command has flipped it.
        case wait(String)
        /// It was open before this command.
        case resume(String)
    }

    private func apply(
        _ approved: PlanDocument, _ trial: Trial, _ bpffs: BPFFileSystem, _ context: CommandContext
    ) throws(MigrateError) -> ExitStatus {
        try PlanSource.requireHere(approved)
        try requireWindow(of: approved, trial.window)
        return try context.withRunStore(.readWrite) { store throws(MigrateError) in
            // Under the lock: between a look and the act another command could start a run.
            let settled = Settled()
            let next = try NodeLock.holding(bpffs) { () throws(MigrateError) in
                try settled.telling { () throws(MigrateError) in
                    try change(approved, trial, bpffs, context, store, settled)
                }
            }
            switch next {
            case .done(let status): return status
            case .wait(let id):
                return try ConfirmWait(context: context, store: store, bpffs: bpffs, runID: id, changed: true).run()
            case .resume(let id):
                return try Resumption(context: context, store: store, bpffs: bpffs, runID: id, detach: detach).run()
            }
        }
    }

    private func change(
        _ approved: PlanDocument, _ trial: Trial, _ bpffs: BPFFileSystem, _ context: CommandContext,
        _ store: Store, _ settled: Settled
    ) throws(MigrateError) -> Next {
        if let open = try OpenRuns.toResume(approved, store: store) {
            try RunChoice(store: store, bpffs: bpffs, node: node).requireKnownPins("go on with run \(open.id)")
            context.console.message(
                "Run \(open.id) of this plan is open: going on with it; nothing new is started, whatever comes of it.")
            warnOfUnused(trial, open)
            return .resume(open.id)
        }
        try OpenRuns.refuse(context, store: store, bpffs: bpffs, node: node, settled)
        if let done = try OpenRuns.alreadyApplied(approved, store: store) {
            try context.write(done) { RunText.render($0) }
            return .done(.done)
        }
        try OpenRuns.refuse(approved, store: store, node: node)
        try OpenRuns.refuseAgain(approved, store: store, node: node)
        let compared = try PlanSource.compared(approved, store: store)
        let outcome = try replan(approved, compared, context, store)
        warnOfEquivalence(compared, context)
        warnOfSeldom(trial, context)
        let application = Application(context: context, store: store, bpffs: bpffs, outcome: outcome, trial: trial)
        switch try application.run() {
        case .ended(let status): return .done(status)
        case .provisional(let document):
            guard detach else { return .wait(document.runID) }
            try context.write(document) { RunText.render($0) }
            return .done(.done)
        }
    }

    /// How the run is to be tried, as it was asked for.
    private func trial() throws(MigrateError) -> Trial {
        let window = try Spans.window(confirmWithin, option: "--confirm-within")
        let share = try canary.map { (text) throws(MigrateError) in
            try Shares.share(text, option: "--canary", example: "5%")
        }
        if let share, share != .whole, window == .none {
            throw MigrateError(
                .windowlessCanary, "cannot try \(share.text) of the flows",
                facts: ["--confirm-within none commits all of them at once"],
                remedy: "Leave it time:  \(TypedCommand.current.with("--confirm-within", "10m"))")
        }
        // An unset variable in a script must not count as a healthy node.
        if let check, check.allSatisfy(\.isWhitespace) {
            throw MigrateError(
                .usage, "cannot use an empty --check",
                facts: ["an empty command ends with 0, whatever becomes of the node"],
                remedy: "Name a command that fails when the node does; see how:  migrate apply --help")
        }
        return Trial(
            window: window, share: share ?? .whole, breaker: try Shares.breaker(breaker), check: check,
            everySeconds: try checkEvery.map { (text) throws(MigrateError) in
                try Spans.span(text, option: "--check-every").seconds
            } ?? 5)
    }

    /// Nobody learns from an interval that the window does not hold.
    private func warnOfSeldom(_ trial: Trial, _ context: CommandContext) {
        guard let window = trial.window.seconds, trial.everySeconds >= window, check != nil || checkEvery != nil
        else { return }
        let (every, within) = (TimeSpan(seconds: trial.everySeconds).text, TimeSpan(seconds: window).text)
        context.console.message(
            "Warning: health is asked every \(every), and the window is \(within): nothing is asked within it.  [\(Code.checkedSeldom.text)]"
        )
    }

    /// The run that is open keeps what it was begun with.
    private func warnOfUnused(_ trial: Trial, _ open: RunRecord) {
        if let asked = confirmWithin, trial.window.seconds != open.confirmWithin {
            Console.error(
                "Warning: --confirm-within \(asked) is not used: the run keeps its own deadline."
                    + " Keep it with:  migrate confirm   Move the deadline:  migrate extend --by TIME")
        }
        if let canary {
            Console.error(
                "Warning: --canary \(canary) is not used: the run keeps its own share."
                    + " Change it with:  migrate canary \(canary)")
        }
        if let breaker {
            Console.error("Warning: --breaker \(breaker) is not used: the run keeps the limit that it was begun with.")
        }
    }

    /// Hooks that are replaced one after the other cannot be taken back by themselves.
    private func requireWindow(of plan: PlanDocument, _ window: ConfirmWindow) throws(MigrateError) {
        guard plan.decision.cut == .direct, window != .none else { return }
        throw MigrateError(
            .confirmWindow, "cannot wait for a confirmation",
            facts: [
                "the plan replaces each hook directly (--cut direct)",
                confirmWithin.map { "--confirm-within \($0) was asked for" }
                    ?? "--confirm-within was not given, and its default is \(window.text)",
            ],
            remedy: "Commit at once:  migrate apply --node \(node) --confirm-within none \(named(plan))")
    }

    private func approvedPlan(_ context: CommandContext) throws(MigrateError) -> PlanDocument {
        if let plan { return try PlanSource.load(plan, context: context) }
        guard Console.isInteractive && !context.settings.noInput else {
            throw MigrateError(
                .usage, "cannot apply without a plan", facts: ["there is no terminal to ask on"],
                remedy:
                    "Make one and name it:  migrate plan --out plan.json; migrate apply --node \(node) plan.json"
            )
        }
        let document = try context.plan(
            try PlanArguments.asked(context.settings), profile: nil, allEntries: false
        ).document
        try context.asking(document.asked) { (context) throws(MigrateError) in
            context.console.message(context.settings.echoed(in: PlanText.render(document)))
        }
        let digits = document.planID.dropFirst(2).prefix(6)
        context.console.message("To apply it, type the first six characters of its id after p- (\(digits)):")
        let answer = HeldSignals.letThrough { readLine() }
        guard let answer, answer == digits || answer == "p-" + digits else {
            throw MigrateError(
                .notApproved, "cannot apply the plan", facts: ["what was typed is not \(digits)"],
                remedy: "Plan first, and look:  migrate plan --out plan.json")
        }
        return document
    }

    /// Plans the node as it is, and insists on the decision that was approved.
    private func replan(
        _ approved: PlanDocument, _ compared: PlanDocument, _ context: CommandContext, _ store: Store
    ) throws(MigrateError) -> PlanOutcome {
        try context.plan(
            approved.asked, profile: profileName(approved, context), allEntries: false,
            keeping: { (body) throws(MigrateError) in try body(store) },
            approve: { (now) throws(MigrateError) in try insist(approved, compared, now) })
    }

    /// The window, as it was asked for.
    private var asked: String { confirmWithin.map { " --confirm-within \($0.shellWord)" } ?? "" }

    /// How the plan was given; one from a pipe by its id.
    private func named(_ plan: PlanDocument) -> String {
        self.plan.flatMap { $0 == "-" ? nil : $0.shellWord } ?? Identifier.short(plan.planID)
    }

    /// That the same decision came out, and that nothing blocks it.
    private func insist(
        _ approved: PlanDocument, _ compared: PlanDocument, _ now: PlanDocument
    ) throws(MigrateError) {
        guard now.planID == approved.planID else {
            throw MigrateError(
                .stalePlan, "plan \(Identifier.short(approved.planID)) is stale",
                facts: approved.decision.changes(to: now.decision),
                remedy: "See what changed:  migrate diff \(named(approved))")
        }
        // apply plans again without running packets, so what was found for this decision still stands.
        if let first = compared.equivalence.differences.first {
            throw MigrateError(
                .equivalenceDiffered, "plan \(Identifier.short(approved.planID)) shows differences",
                facts: ["\(first.hook): \(first.packet)", "compared at \(compared.createdAt.formatted(.iso8601))"],
                remedy: "Compare again, and see them:  \(PlanSource.again(approved)) --equivalence")
        }
        guard let first = now.blockers.first else { return }
        throw MigrateError(
            Code.all.first { $0.text == first.code } ?? .brokenEntries,
            "plan \(Identifier.short(approved.planID)) is blocked",
            facts: now.blockers.map { "\($0.message) [\($0.code)]" }, remedy: first.remedy)
    }

    private func warnOfEquivalence(_ compared: PlanDocument, _ context: CommandContext) {
        guard !compared.equivalence.ran else { return }
        context.console.message(
            context.settings.echoed(
                in:
                    "Warning: legacy program and replacement were not compared on the same packets.  [\(Code.equivalenceNotRun.text)]\n"
                    + "  Compare them before the next one:  migrate plan --equivalence"))
    }

    /// The built-in profile of the plan by name; one from a file is named on the command line again.
    private func profileName(_ plan: PlanDocument, _ context: CommandContext) throws(MigrateError) -> String {
        try PlanSource.profile(
            plan.decision.profile.name, of: "plan \(Identifier.short(plan.planID))",
            command: "migrate apply --node \(node)\(asked) --profile FILE \(named(plan))",
            context: context)
    }
}
