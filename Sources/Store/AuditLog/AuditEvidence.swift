import FoundationEssentials
import GRDB
import Model

/// Whether plans, proofs, shadows and states of runs in the database are those that the log tells of.
///
/// The log holds their hashes. So what they say cannot be changed either, without changing a record.
struct AuditEvidence {
    private var plans: Set<String> = []
    private var shadows: [String: String] = [:]
    private var proofs: [String: String] = [:]
    private var states: [String: AuditEvent.Transition] = [:]
    private var genesis: AuditEvent.Genesis?

    /// What the two say otherwise, a sentence each.
    static func disagreements(_ lines: [AuditLine], in db: Database) throws -> [String] {
        let evidence = AuditEvidence(lines)
        guard evidence.genesis != nil else { return [] }
        return try evidence.ofPlans(db) + evidence.ofRuns(db) + evidence.ofShadows(db)
    }

    private init(_ lines: [AuditLine]) {
        for line in lines where line.isWhole {
            switch line.link?.kind {
            case AuditLink.genesisKind: genesis = event(line)
            case "plan": (event(line) as AuditEvent.SavedPlan?).map { _ = plans.insert($0.document) }
            case "shadow": (event(line) as AuditEvent.ShadowResult?).map { shadows[$0.shadowID] = $0.document }
            case "proof": (event(line) as AuditEvent.KeptProof?).map { proofs[$0.runID] = $0.document }
            case "state":
                guard var state: AuditEvent.Transition = event(line) else { continue }
                // A reason stays until there is another one.
                state.reason = state.reason ?? states[state.runID]?.reason
                states[state.runID] = state
            default: continue
            }
        }
    }

    private func event<Event: Codable & Sendable>(_ line: AuditLine) -> Event? {
        try? JSON.decode(AuditRecord<Event>.self, from: line.record).event
    }

    private func ofPlans(_ db: Database) throws -> [String] {
        let sql = "SELECT plan_id, CAST(document AS BLOB) AS document FROM plans WHERE plan_row > ? ORDER BY plan_row"
        return try Row.fetchCursor(db, sql: sql, arguments: [genesis?.lastPlanRow ?? 0]).reduce(into: []) {
            wrong, row in
            guard !plans.contains(Self.hash(row["document"])) else { return }
            wrong.append("plan \(row["plan_id"] ?? "?") in the database is none that was kept")
        }
    }

    private func ofRuns(_ db: Database) throws -> [String] {
        var missing = Set(states.keys), wrong: [String] = []
        let sql = "SELECT rowid AS number, run_id, state, reason, CAST(proof AS BLOB) AS proof FROM runs ORDER BY rowid"
        for row in try Row.fetchAll(db, sql: sql) {
            let id: String = try row.value("run_id"), state: String = try row.value("state")
            missing.remove(id)
            if let known = states[id] {
                if state != known.state.rawValue || row["reason"] != known.reason?.rawValue {
                    let reason = (row["reason"] as String?).map { " (\($0))" } ?? ""
                    wrong.append("run \(id) is \(state)\(reason) in the database, and \(Self.words(known)) in the log")
                }
            } else if try row.value("number") > genesis?.lastRunRow ?? 0 {
                wrong.append("run \(id) is in the database, and not in the log")
            }
            if let proof = proofs[id], proof != Self.hash(row["proof"]) {
                wrong.append("the proof of run \(id) in the database is not the one that was kept")
            }
        }
        return wrong + missing.sorted().map { "run \($0) is in the log, and not in the database" }
    }

    private func ofShadows(_ db: Database) throws -> [String] {
        let sql = "SELECT shadow_id, CAST(document AS BLOB) AS document FROM shadows ORDER BY rowid"
        return try Row.fetchAll(db, sql: sql).compactMap { row in
            let id: String = try row.value("shadow_id")
            guard let known = shadows[id], known != Self.hash(row["document"]) else { return nil }
            return "shadow \(id) in the database is not the one that was kept"
        }
    }

    private static func words(_ state: AuditEvent.Transition) -> String {
        state.state.rawValue + (state.reason.map { " (\($0.rawValue))" } ?? "")
    }

    private static func hash(_ document: Data?) -> String { Digest.sha256(Array(document ?? Data())) }
}
