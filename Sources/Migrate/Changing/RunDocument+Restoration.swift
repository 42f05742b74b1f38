import Loader
import Model

extension RunDocument {
    /// What a rollback did, and what it read back.
    mutating func show(_ restoration: Restoration, proof: Proof) {
        state = restoration.state
        self.proof = proof
        timings = restoration.timings
        nodeNetns = restoration.nodeNetns
        if let readings = proof.hooks { show(readings, of: restoration.hooks.map(\.before)) }
        warnings += restoration.lostJournal.map { "not in the journal: \($0)" }
        // Nor do commands by hand have anything to put back where that is freed.
        if proof.isSettled || restoration.lost.count == proof.differences.count { breakGlass = [] }
    }
}
