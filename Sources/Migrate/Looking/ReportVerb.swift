import ArgumentParser
import Audit
import FoundationEssentials
import Inventory
import Kernel
import MigrateShared
import Model
import Store

/// Formats of a report.
public enum ReportFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text
    case json
}

public struct ReportVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the audit report of a run: what was seen, done and proven.",
        discussion: """
            Every format is made of the same document; -o json and --format json give it as it is.

            Example:  migrate report --format json
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(help: "Format: text or json.")
    var format: ReportFormat?

    @Argument(help: "The beginning of a run's id (default: the open run, else the last one).")
    var run: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let document = try context.withStore(.readOnly) { store throws(MigrateError) in try compose(store, context) }
        var context = context
        if let format { context.settings.output = format == .json ? .json : .text }
        try context.write(document) { ReportText.render($0) }
        return .done
    }

    private func chosen(_ store: Store, _ bpffs: BPFFileSystem?) throws(MigrateError) -> KnownRun {
        if let run {
            let record = try store.run(idPrefix: run)
            return KnownRun(record, plan: try store.plan(ofRun: record.id), bpffs)
        }
        guard let found = KnownRun.foremost(try KnownRun.all(store, bpffs)) else {
            throw MigrateError(
                .noRun, "cannot find a run to report on", facts: ["\(store.path) has none"],
                remedy: "List what there is:  migrate history")
        }
        return found
    }

    private func compose(_ store: Store, _ context: CommandContext) throws(MigrateError) -> ReportDocument {
        let bpffs = try? context.openBPFFS()
        let known = try chosen(store, bpffs)
        let (record, plan) = (known.record, known.plan)
        let counters = known.isThisBoot ? (try? RunInspector(record).counters()) ?? [:] : [:]
        var run = known.document(bpffs, proof: try store.proof(run: record.id))
        let (kept, trial) = (try store.sides(run: record.id), try store.trial(run: record.id))
        run.sides = (known.isThisBoot ? (try? RunInspector(record))?.sides(trial) : nil) ?? kept
        let health = try store.health(run: record.id)
        if !health.isEmpty { run.health = health }
        var document = ReportDocument(
            createdAt: Date(), tool: Tool(version: Version.number, object: ReplacementObject.digest),
            node: plan?.node
                ?? NodeIdentity(
                    name: record.node, machineID: Host.machineID() ?? "", bootID: record.bootID,
                    kernel: Host.kernelRelease(), netns: .init(cookie: record.nodeNetns, inode: 0, path: nil)),
            run: run, startedAt: record.startedAt, endedAt: record.endedAt, plan: plan,
            journal: try store.journal(run: record.id), counters: counters)
        let shadows = try store.shadows().filter { $0.planID == record.planID }
        if !shadows.isEmpty { document.shadows = shadows }
        return document
    }
}
