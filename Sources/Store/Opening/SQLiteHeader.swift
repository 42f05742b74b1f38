import Glibc

/// The 16 bytes that every file of SQLite begins with (sqlite.org/fileformat2.html, "The Database Header").
enum SQLiteHeader {
    private static let magic = Array("SQLite format 3\0".utf8)

    /// Whether the file begins so. `false` as well where it cannot be read.
    static func isThere(_ path: String) -> Bool {
        // SAFETY: the path is a C string for the call, and read fills at most the buffer's own bytes.
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: magic.count)
        let count = bytes.count
        return unsafe read(descriptor, &bytes, count) == count && bytes == magic
    }
}
