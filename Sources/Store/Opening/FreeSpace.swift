import Glibc
import Model

/// How much room there is on the disk of the database.
enum FreeSpace {
    /// Bytes a process without privileges may still write beside `path`, or `nil` where it cannot be told.
    ///
    /// Asks for the nearest directory that exists: the state directory may not have been made yet.
    static func bytes(beside path: String) -> UInt64? {
        var directory = StateDirectory.parent(of: path)
        while true {
            var status = statvfs()
            // SAFETY: the path is a C string for the call, which fills the struct.
            if unsafe statvfs(directory, &status) == 0 { return UInt64(status.f_bavail) * UInt64(status.f_frsize) }
            guard errno == ENOENT, directory != "/", directory != "." else { return nil }
            directory = StateDirectory.parent(of: directory)
        }
    }
}

/// Sees to it that as much room is left as a recording takes.
///
/// Twice what is needed must have been free at the start, since a disk that is nearly full is what keeps the journal from
/// being written later. How many entries there are is known only when all are read: so it is asked for as they come.
struct Room {
    let mapping: ErrorMapping
    /// `nil` where it cannot be told: then nothing is refused.
    private let free: UInt64?
    private var entries = 0

    /// - Throws: `diskFull`.
    init(_ path: String) throws(MigrateError) {
        mapping = ErrorMapping(path: path)
        free = FreeSpace.bytes(beside: path)
        try require(Store.bytesNeeded(entries: 0))
    }

    mutating func take(_ count: Int) throws(MigrateError) {
        entries += count
        try require(Store.bytesNeeded(entries: entries))
    }

    fileprivate func require(_ bytes: UInt64) throws(MigrateError) {
        guard let free else { return }
        let (needed, overflow) = bytes.multipliedReportingOverflow(by: 2)
        if overflow || free < needed {
            throw MigrateError(
                .diskFull, "disk of database \(mapping.path) has too little room",
                facts: ["\(free >> 20) MiB are free; twice \(bytes >> 20) MiB are asked for."],
                remedy: mapping.makeRoom)
        }
    }
}

extension Store {
    /// Bytes that a snapshot with `entries` map entries and its plan take in the file and its log.
    ///
    /// Measured: 48 bytes for an IPv4 entry, up to 90 for an IPv6 one, and 500 for each that the document lists; the log
    /// holds all of it a second time until the checkpoint. The rest is for the tables of the network.
    public static func bytesNeeded(entries: Int) -> UInt64 {
        (4 << 20) + UInt64(max(0, entries)) * 200 + UInt64(min(max(0, entries), PlanDocument.listLimit)) * 1000
    }

    /// Refuses with `diskFull` while less than twice `bytes` are free on the disk of the database.
    public func requireFreeSpace(bytes: UInt64) throws(MigrateError) { try Room(path).require(bytes) }
}
