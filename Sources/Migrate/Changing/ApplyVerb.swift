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
            The plan is evidence of what was approved: the node is read and planned again, and nothing happens unless
            the same decision comes out. The legacy programs are pinned before anything else, each program is replaced
            in its own slot while traffic flows, and whatever fails is undone.

            This version replaces every hook directly and has no confirm window yet: say --confirm-within none.
            Take it back with:  migrate rollback --node NAME

            Example:  migrate apply --node "$(hostname)" --confirm-within none plan.json
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(help: ArgumentHelp("This machine's node name: a guard, not a target.", valueName: "name"))
    var node: String

    @Option(
        help: ArgumentHelp(
            "How long the run waits for a confirmation; this version takes only: none.", valueName: "time|none"))
    var confirmWithin: String?

    @Argument(help: "A plan file, `-`, or the beginning of a plan's id. Without it a terminal is asked.")
    var plan: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "apply")
        try Guards.requireNode(node)
        guard confirmWithin == "none" else {
            throw MigrateError(
                .confirmWindow, "cannot wait for a confirmation",
                facts: [
                    confirmWithin.map { "--confirm-within \($0) was asked for" }
                        ?? "--confirm-within was not given, and its default is a window"
                ],
                remedy: "Commit at once:  migrate apply --node \(node) --confirm-within none \(plan ?? "PLAN")")
        }
        let bpffs = try context.openBPFFS()
        let approved = try approvedPlan(context)
        return try context.asking(approved.asked) { (context) throws(MigrateError) in
            try apply(approved, bpffs, context)
        }
    }

    private func apply(
        _ approved: PlanDocument, _ bpffs: BPFFileSystem, _ context: CommandContext
    ) throws(MigrateError) -> ExitStatus {
        try PlanSource.requireHere(approved)
        return try context.withStore(.readWrite) { store throws(MigrateError) in
            HeldSignals.hold()
            // Under the lock: between a look and the act another command could start a run.
            return try NodeLock.holding(bpffs) { () throws(MigrateError) in
                if let done = try OpenRuns.alreadyApplied(approved, store: store) {
                    try context.write(done) { RunText.render($0) }
                    return .done
                }
                try OpenRuns.refuse(store: store, bpffs: bpffs, node: node)
                try OpenRuns.refuse(approved, store: store, node: node)
                let compared = try PlanSource.compared(approved, store: store)
                let outcome = try replan(approved, compared, context, store)
                warnOfEquivalence(compared, context)
                return try Application(context: context, store: store, bpffs: bpffs, outcome: outcome).run()
            }
        }
    }

    private func approvedPlan(_ context: CommandContext) throws(MigrateError) -> PlanDocument {
        if let plan { return try PlanSource.load(plan, context: context) }
        guard Console.isInteractive && !context.settings.noInput else {
            throw MigrateError(
                .usage, "cannot apply without a plan", facts: ["there is no terminal to ask on"],
                remedy:
                    "Make one and name it:  migrate plan --out plan.json; migrate apply --node \(node) --confirm-within none plan.json"
            )
        }
        let document = try context.plan(
            try PlanArguments.asked(context.settings), profile: nil, allEntries: false
        ).document
        context.console.message(PlanText.render(document))
        let digits = document.planID.dropFirst(2).prefix(6)
        context.console.message("To apply it, type the first six characters of its id after p- (\(digits)):")
        guard let answer = readLine(), answer == digits || answer == "p-" + digits else {
            throw MigrateError(
                .usage, "cannot apply the plan", facts: ["it was not approved"], remedy: "Plan first:  migrate plan")
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
            command: "migrate apply --node \(node) --confirm-within none --profile FILE \(named(plan))",
            context: context)
    }
}
