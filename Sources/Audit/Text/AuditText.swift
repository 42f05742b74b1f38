import Model

/// What `audit verify` found, for people: whose log, since when, what is wrong; the verdict last.
public enum AuditText {
    public static func render(_ audit: AuditDocument) -> String {
        var page = Page()
        page.line("Audit log \(audit.source)")
        if let since = audit.since, let machine = audit.machineID {
            page.line("  \(Words.count(audit.records, "record")) since \(since), of machine \(machine)")
        }
        if let mark = audit.audit { page.line("  head \(mark.head)") }
        page.section(
            "Wrong (\(audit.findings.count)):",
            Page.limited(audit.findings.map { "  \($0.message)  [\($0.code)]" }))
        page.section(audit.notes)
        page.end(verdict(audit), next: next(audit))
        return page.text
    }

    private static func verdict(_ audit: AuditDocument) -> String {
        guard audit.intact else { return "The audit log is broken." }
        if audit.records == 0 { return "The audit log is empty." }
        return audit.complete == true
            ? "The audit log is intact, and complete up to every head that was expected."
            : "The audit log is intact; whether it is complete, nobody has said."
    }

    private static func next(_ audit: AuditDocument) -> NextStep {
        if let first = audit.findings.first {
            return NextStep(what: "See what that means", command: "migrate explain \(first.code)")
        }
        if audit.complete == nil, audit.records > 0 {
            return NextStep(what: "Hold it to a head that was kept", command: "migrate audit verify --expect-head HEAD")
        }
        return NextStep(what: "Keep the head elsewhere", command: "migrate audit head")
    }
}
