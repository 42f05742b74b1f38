import ArgumentParser
import Audit
import FoundationEssentials
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

public struct ShadowVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "shadow",
        abstract: "Compare map and replacement on live traffic; packets are treated the same.",
        discussion: """
            A program stands in front of each legacy program, asks the map and, by the replacement's own code, the \
            kernel about every packet, counts whether they agree, and gives the packet on as it came. The slots are \
            not touched. Its links are pinned nowhere: whatever becomes of this command, the kernel takes them away \
            with it.

            That takes tcx (Linux 6.6). Without it, and with --in-slot, it compares in the slots themselves, as a \
            run in state shadow: a switch that looks, and then calls the legacy program. At the end every slot holds \
            again what it held, proven identical. Should this command be killed, packets go on as before, and the \
            next command that changes the node takes the switches out.

            Ends with 0 when all packets agreed, with 30 when some did not, or when somebody changed a hook \
            meanwhile. Ctrl-C ends it early, with what was seen so far. What was seen is kept: migrate show w-….

            Example:  migrate shadow --node "$(hostname)" --duration 10m plan.json
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(help: ArgumentHelp("This machine's node name: a guard, not a target.", valueName: "name"))
    var node: String

    @Option(help: ArgumentHelp("How long, such as 90s or 1h30m (default: 10m).", valueName: "time"))
    var duration: String?

    @Flag(help: "Compare in the hooks' own slots, as without tcx: a run, which is taken back at the end.")
    var inSlot = false

    @Argument(help: "A plan file, `-`, or the beginning of a plan's id.")
    var plan: String

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "shadow", as: .shadow)
        try Guards.requireNode(node)
        let span = try Spans.span(duration ?? "10m", option: "--duration")
        let bpffs = try context.openBPFFS()
        // Before any thread is made: one that does not hold them back would be ended by them.
        HeldSignals.hold()
        let approved = try PlanSource.load(plan, context: context)
        return try context.asking(approved.asked) { (context) throws(MigrateError) in
            try PlanSource.requireHere(approved)
            return try context.withRunStore { store throws(MigrateError) in
                let settled = Settled()
                let shadowing = try NodeLock.holding(bpffs) { () throws(MigrateError) in
                    try settled.telling { () throws(MigrateError) in
                        try start(approved, bpffs, context, store, settled)
                    }
                }
                return try shadowing.finish(try shadowing.watch(seconds: span.seconds), store)
            }
        }
    }

    /// Under the lock: that nothing else is open, that the plan still holds, and the shadows.
    private func start(
        _ approved: PlanDocument, _ bpffs: BPFFileSystem, _ context: CommandContext, _ store: Store,
        _ settled: Settled
    ) throws(MigrateError) -> Shadowing {
        try OpenRuns.refuse(context, store: store, bpffs: bpffs, node: node, settled)
        try OpenRuns.refuse(approved, store: store, node: node)
        let isInSlot = inSlot || !TCXList.isSupported()
        // A run's plan is kept, as apply keeps it.
        let keeping: Planner.Keeping = { (body) throws(MigrateError) in try body(store) }
        let outcome = try context.plan(
            approved.asked, profile: try profileName(approved, context), allEntries: false,
            keeping: isInSlot ? keeping : nil,
            approve: { (now) throws(MigrateError) in try insist(approved, now) })
        let groups = try ShadowGroup.groups(outcome)
        guard isInSlot else {
            let shadows = try Shadows(groups, members: outcome.enrolled, node: outcome.node)
            return Shadowing(context: context, outcome: outcome, shadows: shadows, slot: nil, startedAt: Date())
        }
        if !inSlot {
            context.console.message("This kernel has no tcx: comparing in the slots.  [\(Code.shadowNeedsTCX.text)]")
        }
        let (shadows, slot) = try SlotShadow.begin(outcome, groups, context, store, bpffs)
        return Shadowing(context: context, outcome: outcome, shadows: shadows, slot: slot, startedAt: Date())
    }

    /// That the same decision came out. What blocks it does not matter here: nothing is replaced.
    private func insist(_ approved: PlanDocument, _ now: PlanDocument) throws(MigrateError) {
        guard now.planID != approved.planID else { return }
        throw MigrateError(
            .stalePlan, "plan \(Identifier.short(approved.planID)) is stale",
            facts: approved.decision.changes(to: now.decision),
            remedy: "See what changed:  migrate diff \(named(approved))")
    }

    /// How the plan was given; one from a pipe by its id.
    private func named(_ approved: PlanDocument) -> String {
        plan == "-" ? Identifier.short(approved.planID) : plan.shellWord
    }

    private func profileName(_ approved: PlanDocument, _ context: CommandContext) throws(MigrateError) -> String {
        let asked = (duration.map { " --duration \($0.shellWord)" } ?? "") + (inSlot ? " --in-slot" : "")
        return try PlanSource.profile(
            approved.decision.profile.name, of: "plan \(Identifier.short(approved.planID))",
            command: "migrate shadow --node \(node)\(asked) --profile FILE \(named(approved))", context: context)
    }
}
