import GRDB
import Model

/// Which rows of `entry_rows` are one map's in one snapshot.
struct EntryRange {
    var mapID: UInt32
    var first: Int64
    /// The first that is not of this map any more.
    var end: Int64
    var macOffset: UInt32?

    static func insert(_ ranges: [EntryRange], snapshotID: String, into db: Database) throws {
        let statement = try db.insertion(
            into: "entry_ranges", columns: ["snapshot_id", "map_id", "first_entry", "end_entry", "mac_offset"])
        for range in ranges {
            try statement.execute(arguments: [snapshotID, range.mapID, range.first, range.end, range.macOffset])
        }
    }
}
