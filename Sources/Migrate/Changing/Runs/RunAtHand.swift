import FoundationEssentials
import Inventory
import Kernel
import MigrateShared
import Model
import Store

/// A run as journal, pins and cell have it at one moment.
struct RunAtHand {
    let record: RunRecord
    let cell: CellReading
    let outlook: RunOutlook
    let plan: PlanDocument?
    /// What the database keeps of its trial.
    private let known: (trial: RunTrial?, sides: TrafficSides?, health: [HealthRecord]?)

    /// - Parameter bpffs: where its pins may be by now.
    init(_ record: RunRecord, _ store: Store, _ bpffs: BPFFileSystem) {
        let record = record.located(in: bpffs)
        plan = (try? store.plan(ofRun: record.id)) ?? nil
        let health = try? store.health(run: record.id)
        known = (
            (try? store.trial(run: record.id)) ?? nil, (try? store.sides(run: record.id)) ?? nil,
            health?.isEmpty == false ? health : nil
        )
        let sight = RunSight(record)
        cell = sight.cell
        outlook = RunOutlook(record, sight, again: PlanSource.again(plan))
        self.record = record
    }

    /// Reads the journal again as well.
    init(id: String, _ store: Store, _ bpffs: BPFFileSystem) throws(MigrateError) {
        self.init(try store.run(idPrefix: id), store, bpffs)
    }

    var duty: RunDuty { RunDuty(outlook, journal: record.state, cell: cell) }

    /// Whether its confirm window may still be open.
    var isUndecided: Bool {
        switch duty {
        case .wait, .unknown: true
        case .nothing, .recordCommit, .takeBack, .finalize, .close: false
        }
    }

    /// The document of a verb that has read the run, or done no more than a transition of its cell.
    func document(changed: Bool, proof: Proof? = nil) -> RunDocument {
        var document = RunDocument(record, changed: changed, outlook: outlook, proof: proof)
        if [.provisional, .expired, .committed, .finalized].contains(outlook.state) {
            let inspector = try? RunInspector(record, outlook: outlook)
            document.warnings += (inspector?.drift() ?? []).map { "drift: \($0)" }
            document.warnings += (inspector?.gone() ?? []).map { "gone: \($0)" }
            document.next = inspector?.nextWhereTaken() ?? document.next
        }
        document.sides = (try? RunInspector(record, outlook: outlook))?.sides(known.trial) ?? known.sides
        document.health = known.health
        return document
    }
}
