/// A log, what it is held to, and what comes of that.
public struct AuditVerification: Sendable {
    public var source: String
    public var lines: [AuditLine]
    /// Heads that were there once.
    public var expected: [AuditHead]
    /// Whose log it is to be; `nil`: anybody's.
    public var machine: String?
    /// What an export's last line says; `nil` for a database.
    public var end: AuditExport.Ending?
    /// A copied database that may have been copied without its newest part.
    public var lacksLog = false
    /// What the database says otherwise than the log.
    public var disagreements: [String] = []

    public init(source: String, lines: [AuditLine], expected: [AuditHead] = [], machine: String? = nil) {
        self.source = source
        self.lines = lines
        self.expected = expected
        self.machine = machine
    }

    /// - Throws: `otherVersion` for a log of another major version, of which nothing can be said.
    public func document() throws(MigrateError) -> AuditDocument {
        try requireVersion()
        let chain = AuditChain(lines)
        let judged = chain.judge(expecting: expected + [end?.head].compactMap(\.self), machine: machine)
        var findings = (isCutOff ? [.exportCutOff] : []) + judged
        // Cut off twice is once.
        findings = findings.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        let all =
            findings.map(AuditDocument.Finding.init) + disagreements.map { .init(.auditEdited, $0) }
        return AuditDocument(
            source: source, chain: chain, findings: all, complete: expected.isEmpty ? nil : all.isEmpty,
            notes: notes(chain, findings))
    }

    private var isCutOff: Bool {
        if case .missing = end { true } else { false }
    }

    private func requireVersion() throws(MigrateError) {
        let major = documentFormatVersion.split(separator: ".").first
        for line in lines {
            guard line.isWhole, let link = line.link, link.formatVersion.split(separator: ".").first != major else {
                continue
            }
            throw MigrateError(
                .otherVersion, "cannot verify \(source)",
                facts: [
                    "record \(link.sequence) is of format \(link.formatVersion), this program reads \(documentFormatVersion)"
                ],
                remedy: "Use the version that wrote it:  migrate --version")
        }
    }

    private func notes(_ chain: AuditChain, _ findings: [AuditFinding]) -> [String] {
        var notes: [String] = []
        if chain.count == 0 { notes.append("The log begins with the next command that keeps or changes something.") }
        if expected.isEmpty {
            notes.append(
                "Without a head that was kept elsewhere (--expect-head) nobody can see that the end is missing, or that all was written anew."
            )
        }
        let isShort = findings.contains { $0.code == .auditCutOff }
        if lacksLog {
            notes.append(
                isShort
                    ? "It keeps its newest part in \(source)-wal, which is not here: a plain copy of a database in use loses it. Copy it with VACUUM INTO, or export the log."
                    : "A database that is in use keeps its newest part in \(source)-wal, which is not here: a plain copy loses it, and only an expected head shows that."
            )
        }
        return notes
    }
}
