/// What the audit log tells of.
public enum AuditEvent: Sendable {
    case genesis(Genesis)
    case command(AuditOrigin)
    case plan(SavedPlan)
    case state(Transition)
    case health(HealthDecision)
    case proof(KeptProof)
    case shadow(ShadowResult)
    case result(RunResult)
    case refusal(Refusal)
    case prune(Pruned)

    public var kind: String {
        switch self {
        case .genesis: AuditLink.genesisKind
        case .command: "command"
        case .plan: "plan"
        case .state: "state"
        case .health: "health"
        case .proof: "proof"
        case .shadow: "shadow"
        case .result: "result"
        case .refusal: "refusal"
        case .prune: "prune"
        }
    }

    /// From when on there is a log: what was in the database before is vouched for by nobody.
    public struct Genesis: Codable, Hashable, Sendable {
        public var node: String
        public var earlierPlans: Int
        public var earlierRuns: Int
        /// Rows up to these are from before.
        public var lastPlanRow: Int
        public var lastRunRow: Int
        public init(node: String, earlierPlans: Int, earlierRuns: Int, lastPlanRow: Int, lastRunRow: Int) {
            self.node = node
            self.earlierPlans = earlierPlans
            self.earlierRuns = earlierRuns
            self.lastPlanRow = lastPlanRow
            self.lastRunRow = lastRunRow
        }
    }

    /// A plan was made and kept.
    public struct SavedPlan: Codable, Hashable, Sendable {
        public var planID: String
        /// ``PlanDocument/digest``, as the document itself has it.
        public var digest: String
        public var blockers: [String]
        /// SHA-256 of the document as the database keeps it.
        public var document: String
        public init(_ plan: PlanDocument, document: String) {
            planID = plan.planID
            digest = plan.digest
            blockers = plan.blockers.map(\.code)
            self.document = document
        }
    }

    /// The journal has a run in another state, by the same write.
    public struct Transition: Codable, Hashable, Sendable {
        public var runID: String
        public var planID: String
        public var state: RunState
        public var reason: RunReason?
        public init(runID: String, planID: String, state: RunState, reason: RunReason?) {
            self.runID = runID
            self.planID = planID
            self.state = state
            self.reason = reason
        }

        public init(_ run: RunRecord) {
            self.init(runID: run.id, planID: run.planID, state: run.state, reason: run.reason)
        }
    }

    /// What a health check found, where it is not what the last one found.
    public struct HealthDecision: Codable, Hashable, Sendable {
        public var runID: String
        public var moment: HealthCheck.Moment
        public var subject: HealthCheck.Subject
        public var vantage: String
        public var isHealthy: Bool
        public var finding: String
        public init(runID: String, check: HealthCheck) {
            self.runID = runID
            moment = check.moment
            subject = check.subject
            vantage = check.vantage
            isHealthy = check.isHealthy
            finding = check.finding
        }
    }

    /// What a rollback proved was kept.
    public struct KeptProof: Codable, Hashable, Sendable {
        public var runID: String
        public var proof: ProofSummary
        /// SHA-256 of the proof as the database keeps it.
        public var document: String
        public init(runID: String, proof: Proof, document: String) {
            self.runID = runID
            self.proof = ProofSummary(proof)
            self.document = document
        }
    }

    /// A shadow has ended, and what it saw was kept.
    public struct ShadowResult: Codable, Hashable, Sendable {
        public var shadowID: String
        public var planID: String
        public var runID: String?
        public var verdict: ShadowDocument.Verdict
        /// SHA-256 of the document as the database keeps it.
        public var document: String
        public init(_ shadow: ShadowDocument, document: String) {
            shadowID = shadow.shadowID
            planID = shadow.planID
            runID = shadow.runID
            verdict = shadow.verdict
            self.document = document
        }
    }

    /// What a changing verb says it has done.
    public struct RunResult: Codable, Hashable, Sendable {
        public var runID: String
        public var planID: String
        public var changed: Bool
        public var state: RunState
        public var reason: RunReason?
        public var share: Int
        public var proof: ProofSummary?
        /// SHA-256 of the run's document in canonical JSON, without its `audit`.
        public var document: String
    }

    /// How a proof came out; the whole of it is in the document.
    public struct ProofSummary: Codable, Hashable, Sendable {
        public var identical: Bool
        public var differences: Int
        public var vanished: Int
        public var changedByOthers: Int
        public init(_ proof: Proof) {
            identical = proof.identical
            differences = proof.differences.count
            vanished = proof.vanished.count
            changedByOthers = proof.changedByOthers.count
        }
    }

    /// Somebody had old records dropped. What goes by itself with a new plan is not told.
    public struct Pruned: Codable, Hashable, Sendable {
        public var snapshots: Int
        public var plans: Int
        public init(snapshots: Int, plans: Int) {
            self.snapshots = snapshots
            self.plans = plans
        }
    }

    /// A changing verb would not, or could not.
    public struct Refusal: Codable, Hashable, Sendable {
        public var code: String
        public var exit: Int32
        public var what: String
        public var changed: String
        public var facts: [String]
        public init(_ error: MigrateError) {
            code = error.code.text
            exit = error.code.exit.rawValue
            what = error.what
            changed = error.changed
            facts = Array(error.facts.prefix(20))
        }
    }
}

extension AuditEvent.RunResult {
    /// - Throws: what the encoder throws.
    public init(_ run: RunDocument) throws {
        var rest = run
        rest.audit = nil
        self.init(
            runID: run.runID, planID: run.planID, changed: run.changed, state: run.state, reason: run.reason,
            share: run.share, proof: run.proof.map(AuditEvent.ProofSummary.init),
            document: Digest.sha256(try JSON.canonical(rest)))
    }
}
