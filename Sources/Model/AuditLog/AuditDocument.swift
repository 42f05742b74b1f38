/// What `audit verify` found.
public struct AuditDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "audit-verification"
    /// The file that was read.
    public var source: String
    /// Whose log it is, as its first record says.
    public var machineID: String?
    public var records: Int
    /// When the first record was written.
    public var since: String?
    /// Where it stands; `nil` while it is empty.
    public var audit: AuditMark?
    /// No record was changed, put in, taken out or moved.
    public var intact: Bool
    /// That all is there up to the heads that were expected; `nil` where none was, so that a missing end cannot be seen.
    public var complete: Bool?
    public var findings: [Finding]
    /// What else is to be known.
    public var notes: [String]

    public struct Finding: Codable, Hashable, Sendable {
        public var code: String
        public var message: String
        public init(_ code: Code, _ message: String) {
            self.code = code.text
            self.message = message
        }
    }

    public init(source: String, chain: AuditChain, findings: [Finding], complete: Bool?, notes: [String]) {
        self.source = source
        machineID = chain.first?.machineID
        records = chain.count
        since = chain.first?.at
        audit = chain.head.flatMap(AuditMark.init)
        intact = findings.isEmpty
        self.complete = complete
        self.findings = findings
        self.notes = notes
    }
}

extension AuditDocument.Finding {
    public init(_ finding: AuditFinding) { self.init(finding.code, finding.sentence) }
}

/// Where the audit log stands.
public struct AuditHeadDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "audit-head"
    /// `nil` while the log is empty.
    public var audit: AuditMark?
    public init(audit: AuditMark?) { self.audit = audit }
}
