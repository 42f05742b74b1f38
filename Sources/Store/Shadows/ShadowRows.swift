import GRDB
import Model

/// Shadows as rows of `shadows`, `shadow_destinations` and `shadow_packets`.
enum ShadowRows {
    static func insert(_ shadow: ShadowDocument, into db: Database) throws {
        let (totals, compared) = (shadow.packets, shadow.packets.compared)
        let columns = [
            "shadow_id", "plan_id", "node", "boot_id", "started_at", "ended_at", "verdict", "packets", "eligible",
            "agreed", "unresolved", "device_differs", "mac_differs", "fib_misses", "map_misses", "both_miss",
            "document",
        ]
        try db.insertion(into: "shadows", columns: columns).execute(arguments: [
            shadow.shadowID, shadow.planID, shadow.node.name, shadow.node.bootID, Timestamp.text(shadow.startedAt),
            Timestamp.text(shadow.endedAt), shadow.verdict.rawValue, totals.seen.bits, totals.eligible.bits,
            (compared.agreed + compared.unresolved).bits, compared.unresolved.bits, compared.deviceDiffers.bits,
            compared.macDiffers.bits, compared.fibMisses.bits, compared.mapMisses.bits, totals.bothMiss.bits,
            try JSON.text(shadow),
        ])
        try insert(shadow.destinations, of: shadow.shadowID, into: db)
        try insert(shadow.shown, of: shadow.shadowID, into: db)
    }

    private static func insert(_ destinations: [ShadowDestination], of id: String, into db: Database) throws {
        let columns = [
            "shadow_id", "position", "netns", "address", "agreed", "device_differs", "mac_differs", "fib_misses",
            "map_misses", "legacy_ifindex", "legacy_mac", "kernel_outcome", "kernel_lookup", "kernel_ifindex",
            "kernel_mac", "note",
        ]
        let statement = try db.insertion(into: "shadow_destinations", columns: columns)
        for (position, destination) in destinations.enumerated() {
            let packets = destination.packets, views = destination.views
            var arguments: StatementArguments = [
                id, position, destination.netns.bits, destination.address.description,
                (packets.agreed + packets.unresolved).bits, packets.deviceDiffers.bits, packets.macDiffers.bits,
                packets.fibMisses.bits, packets.mapMisses.bits,
            ]
            arguments += [views?.legacy?.ifindex, views?.legacy?.mac.description]
            arguments += [views?.kernel.outcome, views?.kernel.lookup]
            arguments += [views?.kernel.ifindex, views?.kernel.mac?.description, destination.note]
            try statement.execute(arguments: arguments)
        }
    }

    private static func insert(_ packets: [ShadowPacket], of id: String, into db: Database) throws {
        let columns = ["shadow_id", "position", "address", "comparison", "length", "frame", "packet"]
        let statement = try db.insertion(into: "shadow_packets", columns: columns)
        for (position, packet) in packets.enumerated() {
            try statement.execute(arguments: [
                id, position, packet.address.description, packet.comparison.rawValue, Int64(packet.length),
                packet.frame, packet.packet,
            ])
        }
    }

    /// All but the newest, with their destinations and packets. What a cut was preceded by stays as long as its run.
    ///
    /// - Returns: how many went.
    static func prune(keep: Int, in db: Database) throws -> Int {
        let sql = """
            DELETE FROM shadows WHERE shadow_id IN (
                SELECT shadow_id FROM shadows AS s
                WHERE NOT EXISTS (SELECT 1 FROM runs AS r WHERE r.plan_id = s.plan_id AND r.purpose = 'cut')
                ORDER BY started_at DESC, rowid DESC LIMIT -1 OFFSET ?)
            """
        try db.execute(sql: sql, arguments: [keep])
        return db.changesCount
    }

    /// Newest first.
    static func documents(
        where condition: String, _ arguments: StatementArguments, in db: Database
    ) throws -> [ShadowDocument] {
        let sql = "SELECT document FROM shadows WHERE \(condition) ORDER BY rowid DESC"
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map {
            try $0.json("document", as: ShadowDocument.self)
        }
    }

    static func summaries(in db: Database) throws -> [ShadowSummary] {
        let sql = """
            SELECT shadow_id, plan_id, started_at, verdict, packets,
                device_differs + mac_differs + fib_misses + map_misses AS differing,
                (SELECT COALESCE(SUM(d.device_differs + d.mac_differs + d.fib_misses + d.map_misses), 0)
                    FROM shadow_destinations AS d
                    WHERE d.shadow_id = shadows.shadow_id AND d.note IS NOT NULL) AS planned
            FROM shadows ORDER BY rowid DESC
            """
        return try Row.fetchAll(db, sql: sql).map { row in
            ShadowSummary(
                id: try row.value("shadow_id"), planID: try row.value("plan_id"),
                startedAt: try Timestamp.date(row.value("started_at")),
                verdict: try row.parsed("verdict", ShadowDocument.Verdict.init),
                packets: try row.bits("packets"), differing: try row.bits("differing"),
                planned: try row.bits("planned"))
        }
    }
}
