import ArgumentParser
import Audit
import Inventory
import Kernel
import MigrateShared
import Model
import Store

public struct StatusVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say what holds on this node now: the run, drift, leftovers, counters.",
        discussion: """
            Compares what the database says with what the kernel says. Ends with 30 when a hook of the run does not \
            hold what it should, when a run was cut off, when something of an earlier run is left, or when a reboot \
            took a run with it. Where the database cannot be read, it goes by the pins and the hooks, and says so.

            With --watch it is looked at again and again while a run is open: on a terminal the same lines are drawn \
            anew, elsewhere each look is a line, in JSON a document a line. Then, or with Ctrl-C, it ends as without \
            --watch.

            Example:  migrate status -o json
            """)

    @OptionGroup public var global: GlobalOptions

    @Flag(help: "Look again and again, until the run is no longer open.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "With --watch: time between two looks (default: 1s on a terminal, 10s elsewhere, where what changes is told at once).",
            valueName: "time"))
    var interval: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "read the node's status", as: .status)
        var context = context, watching = try StatusWatch(self, context)
        // Of many documents each is a line, the last one as well.
        if watching != nil { context.settings.stream = true }
        // Before any thread is made: one that does not hold them back would be ended by them.
        if watching != nil { HeldSignals.hold() }
        if let signal = try watching?.run() { return signal }
        return try look(context).finish(context)
    }

    /// What holds, and whether the journal could be read.
    struct Look {
        var document: StatusDocument
        var failure: MigrateError?
        /// A shadow in the slots that nobody watches.
        var isCutOff = false

        /// Writes it, and says how the command ends.
        func finish(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
            let isQuiet =
                document.drift.isEmpty && document.leftovers.isEmpty && !StatusVerb.troubled.contains(document.state)
                && !isCutOff
            // Pins and hooks are quiet; whether the journal is, nobody knows.
            if isQuiet, var failure {
                failure.facts.append(StatusVerb.readInstead)
                throw failure
            }
            if let failure { Console.error(context.settings.echoed(in: StatusVerb.unread(failure).text)) }
            try context.write(document) { StatusText.render($0) }
            return isQuiet ? .done : .drift
        }
    }

    func look(_ context: CommandContext) throws(MigrateError) -> Look {
        let bpffs = try context.openBPFFS()
        let journal = Journal(context)
        let here = journal.runs.filter(\.isThisBoot)
        var document = StatusDocument(state: "idle")
        document.leftovers = try Leftovers(
            bpffs: bpffs, netnsPath: context.settings.netns, known: here.map { ($0.record, $0.outlook.state) }
        ).lines()
        let shadows = RunningShadows.lines(netnsPath: context.settings.netns)
        if !shadows.isEmpty { document.shadows = shadows }
        if let failure = journal.failure { note(failure, in: &document) }
        let unknown = PinnedSight.unknown(bpffs, known: here.map(\.record.id)).map { PinnedSight($0, bpffs) }
        let foremost = KnownRun.foremost(journal.runs)
        if let pinned = unknown.first, foremost.map({ $0.isThisBoot && !$0.isOver }) != true {
            describe(pinned, in: &document)
        } else if let run = foremost {
            try describe(
                run, beside: here.filter { $0.isHeal && Self.holds($0) }.map(\.record), in: &document, bpffs, context)
            document.others += unknown.map { OutlookText.pinned($0.record.id, $0.outlook, $0.cell) }
            for other in here where Self.holds(other) && other.record.id != run.record.id {
                try mention(other, beside: here.filter { $0.isHeal && Self.holds($0) }.map(\.record), in: &document)
            }
        }
        if document.runID == nil && document.next == nil && !document.leftovers.isEmpty {
            document.next = NextStep(what: "see what is attached", command: "bpftool net show")
        }
        return Look(document: document, failure: journal.failure, isCutOff: isCutOff(foremost))
    }

    /// A shadow in the slots that nobody watches.
    private func isCutOff(_ run: KnownRun?) -> Bool {
        guard let run, run.isThisBoot, run.outlook.state == .shadow else { return false }
        return RunningShadows.watchers(of: run.record).isEmpty
    }

    /// States of a run that somebody must settle.
    private static let troubled: Set<String> = Set(
        [RunState.installing, .rollingBack, .expired, .gone, .mixed, .residual].map(\.rawValue))

    /// What the database says, or why it says nothing.
    private struct Journal {
        var runs: [KnownRun] = []
        var failure: MigrateError?

        init(_ context: CommandContext) {
            do throws(MigrateError) {
                runs = try context.withStore(.readOnly) { store throws(MigrateError) in
                    try KnownRun.all(store, try? context.openBPFFS())
                }
            } catch {
                failure = error
            }
        }
    }

    private func note(_ failure: MigrateError, in document: inout StatusDocument) {
        document.notRead = ["journal: \(Self.why(failure)) [\(failure.code.text)]"]
        if !document.leftovers.isEmpty { document.state = "unknown" }
    }

    private static let readInstead = "the pins and the node's hooks were read"

    private static func why(_ failure: MigrateError) -> String {
        ([failure.what] + failure.facts.prefix(1)).joined(separator: ": ")
    }

    private static func unread(_ failure: MigrateError) -> MigrateError {
        MigrateError(
            .journalUnread, "cannot read the journal", facts: [why(failure), readInstead], remedy: failure.remedy)
    }

    /// A run that only the pins know. How it stands its cell says; without one the state is left as it is.
    private func describe(_ pinned: PinnedSight, in document: inout StatusDocument) {
        if pinned.cell.sight != nil { document.show(pinned.record, pinned.outlook) }
        (document.runID, document.next) = (pinned.record.id, pinned.outlook.next)
        document.planID = pinned.record.planID.isEmpty ? nil : pinned.record.planID
        document.others.append(OutlookText.pinned(pinned.record.id, pinned.outlook, pinned.cell))
    }

    private static func holds(_ run: KnownRun) -> Bool {
        run.outlook.state == .committed || run.outlook.state == .finalized
    }

    private func describe(
        _ run: KnownRun, beside others: [RunRecord], in document: inout StatusDocument, _ bpffs: BPFFileSystem,
        _ context: CommandContext
    ) throws(MigrateError) {
        let (record, outlook) = (run.record, run.outlook)
        // What was over before is no news.
        if run.isOver {
            guard run.isThisBoot else { return }
            (document.runID, document.planID, document.next) = (record.id, record.planID, outlook.next)
            (document.lastState, document.reason) = (outlook.state, outlook.reason)
            return
        }
        document.show(record, outlook)
        guard run.isThisBoot else { return }
        let inspector = try RunInspector(record, outlook: outlook, beside: others)
        let hookDrift = inspector.drift()
        document.drift = hookDrift + [inspector.missingPins(), unread(record)].compactMap(\.self)
        document.hooks = record.hooks.map { line($0, of: run) }
        document.show(gone: inspector.gone())
        document.counters = inspector.counters()
        document.next = inspector.nextWhereTaken() ?? document.next
        document.sides = inspector.sides(run.trial)
        if let plan = run.plan, outlook.state == .provisional || Self.holds(run) {
            document.drift += KeyMapDrift.lines(plan, bpffs: bpffs)
        }
        guard Self.holds(run), let plan = run.plan else { return }
        document.drift += inspector.legacyElsewhere(plan)
        document.drift += try NetworkDrift.lines(
            plan, pinDirectory: record.pinDirectory, netnsPath: context.settings.netns)
        if outlook.state == .finalized, !hookDrift.isEmpty {
            document.next = NextStep(
                what:
                    "others have slots of it, as when the agent starts again: leave that to them, or convert it again",
                command: PlanSource.again(plan))
        }
        let (enrolled, unread) = EnrolledState.read(plan, of: inspector, bpffs: bpffs)
        document.enrolled = enrolled
        document.drift += unread
        let remains = Remains.lines(record, outlook, plan: plan, bpffs: bpffs)
        if !remains.isEmpty { document.remains = remains }
    }

    private func line(_ hook: RunRecord.RunHook, of run: KnownRun) -> String {
        let ours = hook.inSlot(run.outlook.state).map { "program \($0.id) (\($0.name))" } ?? "none of our programs"
        return "\(hook.before.title(onNode: run.record.nodeNetns)): \(ours) for program "
            + "\(hook.before.program?.id ?? 0) (\(hook.before.program?.name ?? "?"))"
    }

    private func unread(_ run: RunRecord) -> String? {
        guard case .unreadable(let why) = RunSight(run).cell else { return nil }
        return "which program packets take is not known, the cell cannot be read: \(why) [\(Code.cellUnread.text)]"
    }

    private func mention(
        _ run: KnownRun, beside others: [RunRecord], in document: inout StatusDocument
    ) throws(MigrateError) {
        let inspector = try RunInspector(run.record, outlook: run.outlook, beside: others)
        document.show(gone: inspector.gone())
        document.drift += inspector.drift() + [inspector.missingPins()].compactMap(\.self)
        let hooks = run.record.hooks.map { $0.before.title(onNode: run.record.nodeNetns) }.joined(separator: ", ")
        let what = run.isHeal ? ", a heal" : ""
        document.others.append("run \(run.record.id) is \(run.outlook.state.rawValue), too\(what): \(hooks)")
    }
}
