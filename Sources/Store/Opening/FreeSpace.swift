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
            if statvfs(directory, &status) == 0 { return UInt64(status.f_bavail) * UInt64(status.f_frsize) }
            guard errno == ENOENT, directory != "/", directory != "." else { return nil }
            directory = StateDirectory.parent(of: directory)
        }
    }
}

extension Store {
    /// Bytes that a snapshot with `entries` map entries and its plan take in the file and its log.
    ///
    /// Measured: 190 bytes for an IPv4 entry and its finding, more with IPv6 and notes; the log holds them a second time
    /// until the checkpoint.
    public static func bytesNeeded(entries: Int) -> UInt64 { (4 << 20) + UInt64(max(0, entries)) * 600 }

    /// Refuses with `diskFull` while less than twice `bytes` are free on the disk of the database.
    ///
    /// Twice, since a disk that is nearly full is what keeps the journal from being written later.
    public func requireFreeSpace(bytes: UInt64) throws(MigrateError) {
        guard let free = FreeSpace.bytes(beside: path) else { return }
        let (needed, overflow) = bytes.multipliedReportingOverflow(by: 2)
        if overflow || free < needed {
            throw MigrateError(
                .diskFull, "disk of database \(path) has too little room",
                facts: ["\(free >> 20) MiB are free; twice \(bytes >> 20) MiB are asked for."],
                remedy: "Make room, or drop old snapshots:  migrate history prune")
        }
    }
}
