import GRDB
import Model

extension Store {
    /// Keeps what a rollback proved.
    ///
    /// - Throws: `noRun` for an id that is not recorded.
    public func set(proof: Proof, run id: String) throws(MigrateError) {
        try write { db in
            let text = String(decoding: try JSON.canonical(proof), as: UTF8.self)
            try db.execute(sql: "UPDATE runs SET proof = ? WHERE run_id = ?", arguments: [text, id])
            if db.changesCount == 0 { throw RunRows.missing(id) }
            try auditor.tryAppend(
                .proof(.init(runID: id, proof: proof, document: Digest.sha256(Array(text.utf8)))), to: db)
        }
    }

    /// What the last rollback of the run proved; `nil` when there was none.
    public func proof(run id: String) throws(MigrateError) -> Proof? {
        try read { db in
            let text = try String.fetchOne(db, sql: "SELECT proof FROM runs WHERE run_id = ?", arguments: [id])
            return try text.map { try JSON.decode(Proof.self, from: Array($0.utf8)) }
        }
    }
}
