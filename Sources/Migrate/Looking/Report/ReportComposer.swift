import FoundationEssentials
import Inventory
import Kernel
import MigrateShared
import Model
import Store

/// Puts together what the database keeps of a run or a plan and what the node tells of it now.
struct ReportComposer {
    let store: Store
    let bpffs: BPFFileSystem?

    private var tool: Tool { Tool(version: Version.number, object: ReplacementObject.digest) }

    /// - Parameter prefix: the beginning of its id; `nil`: the open run, else the last one.
    func run(_ prefix: String?) throws(MigrateError) -> ReportDocument {
        let known = try chosen(prefix)
        let (record, plan) = (known.record, known.plan)
        let inspector = known.isThisBoot ? try? RunInspector(record) : nil
        var run = known.document(bpffs, proof: try store.proof(run: record.id))
        let (kept, trial) = (try store.sides(run: record.id), try store.trial(run: record.id))
        run.sides = inspector?.sides(trial) ?? kept
        let health = try store.health(run: record.id)
        if !health.isEmpty { run.health = health }
        if run.proof == nil, let now = inspector?.hooksNow() { run.show(now.hooks, of: record.hooks.map(\.before)) }
        for hook in record.hooks where run.hooks.indices.contains(hook.index) {
            run.hooks[hook.index].ours = record.state == .finalized ? hook.plain ?? hook.replacement : hook.replacement
        }
        var report = ReportDocument(
            createdAt: Date(), tool: tool,
            node: plan?.node
                ?? NodeIdentity(
                    name: record.node, machineID: Host.machineID() ?? "", bootID: record.bootID,
                    kernel: Host.kernelRelease(), netns: .init(cookie: record.nodeNetns, inode: 0, path: nil)),
            run: run, startedAt: record.startedAt, endedAt: record.endedAt, plan: plan,
            journal: try store.journal(run: record.id), counters: inspector?.counters() ?? [:])
        let commands = try store.commands(run: record.id)
        report.commands = Self.completed(commands, by: plan?.made)
        report.traffic = try store.traffic(run: record.id)
        return try completed(report)
    }

    func plan(_ prefix: String) throws(MigrateError) -> ReportDocument {
        let plan = try store.plan(idPrefix: prefix)
        var report = ReportDocument(
            createdAt: Date(), tool: tool, node: plan.node, run: nil, startedAt: plan.createdAt, endedAt: nil,
            plan: plan)
        report.commands = plan.made.map { [$0] }
        return try completed(report)
    }

    private func completed(_ report: ReportDocument) throws(MigrateError) -> ReportDocument {
        var report = report
        let shadows = try store.shadows().filter { $0.planID == report.plan?.planID }
        if !shadows.isEmpty { report.shadows = shadows }
        report.gain = try report.plan.map { (plan) throws(MigrateError) in try gain(plan) }
        report.unobserved = Unseen.of(report, isThisBoot: report.node.bootID == Host.bootID())
        // As it is written, to the second: what is shown now is what is shown of the file.
        do { return try JSON.decode(ReportDocument.self, from: JSON.canonical(report)) } catch {
            throw MigrateError(.bug, "cannot write the report", facts: ["\(error)"])
        }
    }

    /// What a command did not wait for, its plan had read: the same process, or the same build on the same kernel.
    private static func completed(_ commands: [CommandRecord], by made: CommandRecord?) -> [CommandRecord]? {
        guard !commands.isEmpty else { return nil }
        return commands.map { command in
            guard let made else { return command }
            var command = command
            if command.btf == nil, command.kernel == made.kernel { command.btf = made.btf }
            if command.executable == nil, command.buildID != nil, command.buildID == made.buildID {
                command.executable = made.executable
            }
            return command
        }
    }

    private func gain(_ plan: PlanDocument) throws(MigrateError) -> Gain {
        var gain = Gain(plan)
        guard plan.node.bootID == Host.bootID() else { return gain }
        GainNow.look(&gain)
        guard let since = plan.made?.startedNs else { return gain }
        let legacy = plan.maps.filter { map in plan.decision.maps.contains { $0.id == map.id } }
        let count = try store.entryCount(snapshotID: plan.snapshotID)
        guard count > 0, count <= GainNow.entryLimit else { return gain }
        let entries = try store.entries(snapshotID: plan.snapshotID)
        for (index, map) in legacy.enumerated() {
            guard let updates = GainNow.updates(map, entries: entries, sinceNs: since) else { continue }
            gain.updates[index] = updates
        }
        return gain
    }

    private func chosen(_ prefix: String?) throws(MigrateError) -> KnownRun {
        if let prefix {
            let record = try store.run(idPrefix: prefix)
            return KnownRun(record, plan: try store.plan(ofRun: record.id), bpffs)
        }
        guard let found = KnownRun.foremost(try KnownRun.all(store, bpffs)) else {
            throw MigrateError(
                .noRun, "cannot find a run to report on", facts: ["\(store.path) has none"],
                remedy: "List what there is:  migrate history")
        }
        return found
    }
}
