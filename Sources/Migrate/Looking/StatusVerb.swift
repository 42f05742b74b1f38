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
            Compares what the database says with what the kernel says. Ends with 30 when a hook of the run does not
            hold what it should, when a run was cut off, when something of an earlier run is left, or when a reboot took
            a run with it. Where the database cannot be read, it goes by the pins and the hooks, and says so.

            Example:  migrate status -o json
            """)

    @OptionGroup public var global: GlobalOptions

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "read the node's status")
        let bpffs = try context.openBPFFS()
        let journal = Journal(context)
        let (runs, plans) = (journal.runs, journal.plans)
        let here = runs.filter { $0.bootID == Host.bootID() }
        var document = StatusDocument(state: "idle")
        document.leftovers = try RunInspector.leftovers(
            bpffs: bpffs, netnsPath: context.settings.netns, known: here)
        if let failure = journal.failure { note(failure, in: &document) }
        let held = here.filter { $0.state == .committed }
        if let run = runs.first(where: { $0.state.isOpen }) ?? held.first
            ?? runs.first(where: { $0.state != .finalized })
        {
            try describe(run, plan: plans[run.id], in: &document)
            if run.state == .committed, run.bootID == Host.bootID(), let plan = plans[run.id] {
                let inspector = try RunInspector(run)
                document.drift += inspector.legacyElsewhere(plan)
                document.drift += try NetworkDrift.lines(
                    plan, pinDirectory: run.pinDirectory, netnsPath: context.settings.netns)
                let (enrolled, unread) = EnrolledState.read(plan, of: inspector, bpffs: bpffs)
                document.enrolled = enrolled
                document.drift += unread
            }
            for other in held where other.id != run.id {
                let inspector = try RunInspector(other)
                document.drift += inspector.drift() + [inspector.missingPins()].compactMap { $0 }
                document.others.append(
                    "run \(other.id) is committed, too: \(other.hooks.map { $0.before.title(onNode: other.nodeNetns) }.joined(separator: ", "))"
                )
            }
        }
        if document.runID == nil && document.next == nil && !document.leftovers.isEmpty {
            document.next = step(RunInspector.pinnedRuns(bpffs).first { id in !here.contains { $0.id == id } })
        }
        let isQuiet =
            document.drift.isEmpty && document.leftovers.isEmpty && !Self.troubled.contains(document.state)
        // Pins and hooks are quiet; whether the journal is, nobody knows.
        if isQuiet, let failure = journal.failure { throw failure }
        try context.write(document) { StatusText.render($0) }
        return isQuiet ? .done : .drift
    }

    /// States of a run that somebody must settle.
    private static let troubled: Set<String> = Set(
        [RunState.installing, .rollingBack, .expired, .gone, .mixed, .residual].map(\.rawValue))

    /// What the database says, or why it says nothing.
    private struct Journal {
        var runs: [RunRecord] = []
        var plans: [String: PlanDocument] = [:]
        var failure: MigrateError?

        init(_ context: CommandContext) {
            do throws(MigrateError) {
                (runs, plans) = try context.withStore(.readOnly) { store throws(MigrateError) in
                    let runs = try store.runs()
                    var plans: [String: PlanDocument] = [:]
                    for run in runs where run.state != .finalized { plans[run.id] = try store.plan(ofRun: run.id) }
                    return (runs, plans)
                }
            } catch {
                failure = error
            }
        }
    }

    private func note(_ failure: MigrateError, in document: inout StatusDocument) {
        let why = ([failure.what] + failure.facts.prefix(1)).joined(separator: ": ")
        document.notRead = ["journal: \(why) [\(failure.code.text)]"]
        if !document.leftovers.isEmpty { document.state = "unknown" }
        let error = MigrateError(
            .journalUnread, "cannot read the journal", facts: [why, "the pins and the node's hooks were read"],
            remedy: failure.remedy)
        Console.error(error.text)
    }

    /// - Parameter pinned: a run that only the pins know.
    private func step(_ pinned: String?) -> NextStep {
        guard let pinned else { return NextStep(what: "see what is attached", command: "bpftool net show") }
        return NextStep(
            what: "undo it from the pins",
            command: "migrate rollback --node \(Host.nodeName()) --from-pins \(pinned)")
    }

    private func describe(
        _ run: RunRecord, plan: PlanDocument?, in document: inout StatusDocument
    ) throws(MigrateError) {
        document.runID = run.id
        document.planID = run.planID
        let node = Host.nodeName()
        if run.bootID != Host.bootID() {
            // A reboot takes programs, filters and pins with it; a run that was over by then is no news.
            guard run.state != .rolledBack && run.state != .gone else {
                document.runID = nil
                document.planID = nil
                return
            }
            document.state = RunState.gone.rawValue
            document.next = NextStep(
                what: "the reboot took the run with it; look again", command: PlanSource.again(plan))
            return
        }
        if run.state == .rolledBack {
            document.next = NextStep(what: "nothing is open; look again", command: PlanSource.again(plan))
            return
        }
        document.state = run.state.rawValue
        let inspector = try RunInspector(run)
        document.drift = inspector.drift() + [inspector.missingPins()].compactMap { $0 }
        document.hooks = run.hooks.map { hook in
            let program = hook.replacement.map { "program \($0.id) (\($0.name))" } ?? "none of our programs"
            return
                "\(hook.before.title(onNode: run.nodeNetns)): \(program) for program \(hook.before.program?.id ?? 0) (\(hook.before.program?.name ?? "?"))"
        }
        document.counters = inspector.counters()
        switch run.state {
        case .installing, .rollingBack:
            document.waitingFor = "a command that was cut off; nobody works on it unless another migrate runs now"
            document.next = NextStep(what: "undo it", command: "migrate rollback --node \(node) \(run.id)")
        case .residual, .mixed:
            document.waitingFor = "somebody to look at the differences"
            document.next = NextStep(
                what: "try again when they are mended", command: "migrate rollback --node \(node) \(run.id)")
        default:
            document.next = NextStep(what: "take it back", command: "migrate rollback --node \(node) \(run.id)")
        }
    }
}
