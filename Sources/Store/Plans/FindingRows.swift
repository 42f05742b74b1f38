import GRDB
import Model

/// Findings as rows: as many as there are entries.
enum FindingRows {
    private static let columns = [
        "plan_row", "position", "address", "legacy_ifindex", "legacy_interface", "legacy_mac", "kernel_lookup",
        "kernel_ifindex", "kernel_interface", "kernel_mac", "kernel_gateway", "verdict", "effect", "note",
    ]

    static func replace(_ findings: [Finding], planRow: Int64, in db: Database) throws {
        try db.execute(sql: "DELETE FROM findings WHERE plan_row = ?", arguments: [planRow])
        let statement = try db.insertion(into: "findings", columns: columns)
        for (position, finding) in findings.enumerated() {
            let legacy = finding.legacy
            let kernel = finding.kernel
            statement.setUncheckedArguments([
                planRow, position, finding.address.description, legacy.ifindex, legacy.interface,
                legacy.mac.description, kernel.lookup, kernel.ifindex, kernel.interface, kernel.mac?.description,
                kernel.gateway?.description, finding.verdict.rawValue, finding.effect.rawValue, finding.note,
            ])
            try statement.execute()
        }
    }

    static func fetch(planRow: Int64?, from db: Database) throws -> [Finding] {
        let sql = "SELECT * FROM findings WHERE plan_row = ? ORDER BY position"
        var findings: [Finding] = []
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [planRow])
        while let row = try rows.next() { findings.append(try finding(row)) }
        return findings
    }

    private static func finding(_ row: Row) throws -> Finding {
        Finding(
            address: try row.parsed("address", IPAddress.init),
            legacy: Finding.Legacy(
                ifindex: try row.value("legacy_ifindex"), interface: try row.optional("legacy_interface"),
                mac: try row.parsed("legacy_mac", MACAddress.init)),
            kernel: Finding.Kernel(
                lookup: try row.value("kernel_lookup"), ifindex: try row.optional("kernel_ifindex"),
                interface: try row.optional("kernel_interface"),
                mac: try row.optionalParsed("kernel_mac", MACAddress.init),
                gateway: try row.optionalParsed("kernel_gateway", IPAddress.init)),
            verdict: try row.parsed("verdict", Verdict.init), effect: try row.parsed("effect", Effect.init),
            note: try row.value("note"))
    }
}
