import Glibc

/// The bytes that every file of SQLite begins with (sqlite.org/fileformat2.html, "The Database Header").
enum SQLiteHeader {
    private static let magic = Array("SQLite format 3\0".utf8)
    /// The file format's read version: 2 for a database with a write-ahead log.
    private static let readVersion = 19

    /// Whether the file begins so. `false` as well where it cannot be read.
    static func isThere(_ path: String) -> Bool { bytes(path, magic.count) == magic }

    /// Whether its newest part may be in a file of its own. `false` as well where it cannot be read.
    static func usesWriteAheadLog(_ path: String) -> Bool {
        let bytes = bytes(path, readVersion + 1)
        return bytes.starts(with: magic) && bytes[readVersion] == 2
    }

    /// All, or none.
    private static func bytes(_ path: String, _ count: Int) -> [UInt8] {
        // SAFETY: the path is a C string for the call, and read fills at most the buffer's own bytes.
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        return unsafe read(descriptor, &bytes, count) == count ? bytes : []
    }
}
