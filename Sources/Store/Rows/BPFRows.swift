import GRDB
import Model

extension MapRecord: SnapshotPart {
    static let storedTable = "map_rows"
    static let storedColumns = [
        "map_id", "name", "type", "key_size", "value_size", "max_entries", "flags", "pin", "entries", "holders",
        "activity", "layout",
    ]

    var storedValues: [(any DatabaseValueConvertible)?] {
        get throws {
            [
                id, name, type, keySize, valueSize, maxEntries, flags, pin, entries, try JSON.text(holders),
                try activity.map(JSON.text), try layout.map(JSON.text),
            ]
        }
    }

    init(row: Row) throws {
        self.init(
            id: try row.value("map_id"), name: try row.value("name"), type: try row.value("type"),
            keySize: try row.value("key_size"), valueSize: try row.value("value_size"),
            maxEntries: try row.value("max_entries"), flags: try row.value("flags"), pin: try row.optional("pin"),
            entries: try row.value("entries"), holders: try row.json("holders", as: [Process].self),
            activity: try row.optionalJSON("activity", as: MapActivity.self),
            layout: try row.optionalJSON("layout", as: MapLayout.self))
    }
}

/// Without its maps, which are rows of `program_map_rows`.
extension ProgramRecord: SnapshotPart {
    static let storedTable = "program_rows"
    static let storedColumns = ["program_id", "name", "tag", "type", "loaded_at", "created_by_uid", "pins"]

    var storedValues: [(any DatabaseValueConvertible)?] {
        get throws {
            [id, reference.name, reference.tag, type, loadedAt.bits, createdByUID, try JSON.text(pins)]
        }
    }

    init(row: Row) throws {
        self.init(
            reference: ProgramReference(
                id: try row.value("program_id"), name: try row.value("name"), tag: try row.value("tag")),
            type: try row.value("type"), mapIDs: [], loadedAt: try row.bits("loaded_at"),
            createdByUID: try row.value("created_by_uid"), pins: try row.json("pins", as: [String].self))
    }
}

extension ProgramRecord {
    static func insertMaps(of programs: [Self], snapshotID: String, into db: Database) throws {
        let statement = try db.insertion(
            into: "program_map_rows", columns: ["snapshot_id", "program_id", "position", "map_id"])
        for program in programs {
            for (position, map) in program.mapIDs.enumerated() {
                try statement.execute(arguments: [snapshotID, program.id, position, map])
            }
        }
    }

    static func fetchMaps(for programs: inout [Self], snapshotID: String, from db: Database) throws {
        let sql = "SELECT program_id, map_id FROM program_map_rows WHERE snapshot_id = ? ORDER BY program_id, position"
        var maps: [UInt32: [UInt32]] = [:]
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [snapshotID])
        while let row = try rows.next() {
            maps[try row.value("program_id"), default: []].append(try row.value("map_id"))
        }
        for index in programs.indices { programs[index].mapIDs = maps[programs[index].id] ?? [] }
    }
}
