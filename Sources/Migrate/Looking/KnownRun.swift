import FoundationEssentials
import Inventory
import Kernel
import MigrateShared
import Model
import Store

/// A run of the database with what the node says of it.
struct KnownRun {
    var record: RunRecord
    var plan: PlanDocument?
    var outlook: RunOutlook
    /// Of one whose window is open.
    var trial: RunTrial?
    /// Whether `watch` began it, to convert one hook as another run's are.
    var isHeal = false

    /// - Parameter bpffs: where its pins may be by now; `nil`: where it recorded them.
    init(_ record: RunRecord, plan: PlanDocument?, _ bpffs: BPFFileSystem?) {
        let record = record.located(in: bpffs)
        self.record = record
        self.plan = plan
        outlook = .now(record, again: PlanSource.again(plan))
    }

    var isOver: Bool { outlook.state == .rolledBack || record.state == .gone }

    var isThisBoot: Bool { record.bootID == Host.bootID() }

    /// Newest first, as the store has them. Of runs that are over, but for the last one, nobody asks the plan, and plans
    /// are long.
    static func all(_ store: Store, _ bpffs: BPFFileSystem?) throws(MigrateError) -> [KnownRun] {
        var known: [KnownRun] = []
        let heals = try store.heals()
        for run in try store.runs() {
            let isOver = run.state == .rolledBack || run.state == .gone
            let plan = isOver && !known.isEmpty ? nil : try store.plan(ofRun: run.id)
            known.append(KnownRun(run, plan: plan, bpffs))
            known[known.count - 1].isHeal = heals.contains(run.id)
            if run.state == .provisional { known[known.count - 1].trial = try store.trial(run: run.id) }
        }
        return known
    }

    /// The run that matters most: one that is open, one that holds, rather one that an operator applied, one that a reboot took before it was closed, the last.
    static func foremost(_ runs: [KnownRun]) -> KnownRun? {
        let here = runs.filter(\.isThisBoot)
        let held = here.filter { $0.outlook.state == .committed }
        return here.first { $0.outlook.state.isOpen } ?? held.first { !$0.isHeal } ?? held.first
            ?? here.first { $0.outlook.state == .finalized } ?? runs.first { $0.record.state.isOpen } ?? runs.first
    }

    /// As the document of a looking verb.
    func document(_ bpffs: BPFFileSystem?, proof: Proof? = nil) -> RunDocument {
        var document = RunDocument(record, changed: false, outlook: outlook, proof: proof)
        if let bpffs {
            let remains = Remains.lines(record, outlook, plan: plan, bpffs: bpffs)
            if !remains.isEmpty { document.remains = remains }
        }
        return document
    }
}
