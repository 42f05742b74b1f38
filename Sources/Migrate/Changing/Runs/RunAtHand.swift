import FoundationEssentials
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// A run as journal, pins and cell have it at one moment.
struct RunAtHand {
    let record: RunRecord
    let cell: CellReading
    let outlook: RunOutlook
    let plan: PlanDocument?

    init(_ record: RunRecord, _ store: Store, _ bpffs: BPFFileSystem) {
        let pins = RunPins(bpffs: bpffs, runID: record.id)
        plan = (try? store.plan(ofRun: record.id)) ?? nil
        cell = Self.cell(pins)
        outlook = RunOutlook(
            record, cell: cell, isFinalizing: (try? pins.read())?.isFinalizing ?? false, bootID: Host.bootID(),
            node: Host.nodeName(), again: PlanSource.again(plan))
        self.record = record
    }

    /// Reads the journal again as well.
    init(id: String, _ store: Store, _ bpffs: BPFFileSystem) throws(MigrateError) {
        self.init(try store.run(idPrefix: id), store, bpffs)
    }

    var duty: RunDuty { RunDuty(outlook, journal: record.state, cell: cell) }

    /// The document of a verb that has read the run, or done no more than a transition of its cell.
    func document(changed: Bool, proof: Proof? = nil) -> RunDocument {
        var seen = record
        seen.state = outlook.state
        seen.reason = outlook.reason
        var document = RunDocument(seen, changed: changed, proof: proof)
        document.share = outlook.share
        document.confirmBy = outlook.confirmBy
        document.confirmInSeconds = outlook.confirmInSeconds
        document.next = outlook.next
        return document
    }

    private static func cell(_ pins: RunPins) -> CellReading {
        do throws(KernelError) {
            return .seen(try Cell(pin: pins.cellPath).sight())
        } catch {
            return error.errno == .noSuchFileOrDirectory ? .none : .unreadable(error.description)
        }
    }
}
