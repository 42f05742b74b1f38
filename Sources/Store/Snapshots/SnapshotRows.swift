import GRDB
import Model

/// A snapshot as rows of all its tables but the entries'.
enum SnapshotRows {
    private static let columns = [
        "snapshot_id", "taken_at", "node", "machine_id", "boot_id", "kernel", "netns", "netns_inode", "netns_path",
        "profile",
    ]

    static func insert(_ snapshot: Snapshot, into db: Database) throws {
        let node = snapshot.node
        let id = snapshot.id
        try db.insertion(into: "snapshots", columns: columns).execute(arguments: [
            id, Timestamp.text(snapshot.takenAt), node.name, node.machineID, node.bootID, node.kernel,
            node.netns.cookie.bits, node.netns.inode.bits, node.netns.path, snapshot.profile,
        ])
        try NamespaceIdentity.insert(snapshot.namespaces, snapshotID: id, into: db)
        try MapRecord.insert(snapshot.maps, snapshotID: id, into: db)
        try ProgramRecord.insert(snapshot.programs, snapshotID: id, into: db)
        try ProgramRecord.insertMaps(of: snapshot.programs, snapshotID: id, into: db)
        try Hook.insert(snapshot.hooks, snapshotID: id, into: db)
        try PacketFilter.insert(snapshot.filters, snapshotID: id, into: db)
        try Link.insert(snapshot.links, snapshotID: id, into: db)
        try InterfaceAddress.insert(snapshot.addresses, snapshotID: id, into: db)
        try Rule.insert(snapshot.rules, snapshotID: id, into: db)
        try Route.insert(snapshot.routes, snapshotID: id, into: db)
        try Neighbor.insert(snapshot.neighbors, snapshotID: id, into: db)
        try Unobserved.insert(snapshot.unobserved, snapshotID: id, into: db)
    }

    static func fetch(id: String, from db: Database) throws -> Snapshot {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM snapshots WHERE snapshot_id = ?", arguments: [id])
        else { throw DamagedRow("Snapshot \(id) went away while it was read.") }
        let netns = NamespaceIdentity(
            cookie: try row.bits("netns"), inode: try row.bits("netns_inode"), path: try row.optional("netns_path"))
        var programs = try ProgramRecord.fetch(snapshotID: id, from: db)
        try ProgramRecord.fetchMaps(for: &programs, snapshotID: id, from: db)
        return Snapshot(
            id: id, takenAt: try Timestamp.date(row.value("taken_at")),
            node: NodeIdentity(
                name: try row.value("node"), machineID: try row.value("machine_id"), bootID: try row.value("boot_id"),
                kernel: try row.value("kernel"), netns: netns),
            profile: try row.value("profile"),
            namespaces: try NamespaceIdentity.fetch(snapshotID: id, from: db),
            maps: try MapRecord.fetch(snapshotID: id, from: db),
            programs: programs,
            hooks: try Hook.fetch(snapshotID: id, from: db),
            filters: try PacketFilter.fetch(snapshotID: id, from: db),
            links: try Link.fetch(snapshotID: id, from: db),
            addresses: try InterfaceAddress.fetch(snapshotID: id, from: db),
            rules: try Rule.fetch(snapshotID: id, from: db),
            routes: try Route.fetch(snapshotID: id, from: db),
            neighbors: try Neighbor.fetch(snapshotID: id, from: db),
            unobserved: try Unobserved.fetch(snapshotID: id, from: db))
    }
}
