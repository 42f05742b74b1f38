import FoundationEssentials
import Glibc
import Store

/// A database of its own, gone with the test.
public final class StateScratch {
    public let directory: String
    public let store: Store

    public init() throws {
        var template = Array("/tmp/migrate-state-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw TestFailure("mkdtemp: \(errno)") }
        directory = String(cString: made)
        guard mkdir(directory + "/state", 0o700) == 0 else { throw TestFailure("mkdir: \(errno)") }
        store = try Store.open(path: directory + "/state/migrate.db", access: .readWrite)
    }

    /// Lets the file grow by so many pages and no further: SQLite then says FULL, as it does for a disk.
    public func limitPages(by pages: Int) throws {
        let now = try store.number("PRAGMA page_count")
        try store.execute("PRAGMA max_page_count = \(now + pages)", inTransaction: false)
    }

    /// How many rows, `table WHERE …`.
    public func rows(_ table: String) throws -> Int { try store.number("SELECT count(*) FROM \(table)") }

    deinit {
        try? store.checkpointAndClose()
        try? FileManager.default.removeItem(atPath: directory)
    }
}
