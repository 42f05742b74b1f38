import Glibc
import SystemPackage

/// Files that a command leaves for its user.
public enum OutputFile {
    /// Readers see the old file or the whole new one; mode 0600. Throws `Errno`.
    public static func write(_ text: String, to path: String) throws {
        let draft = "\(path).\(getpid()).new"
        let file = try FileDescriptor.open(
            FilePath(draft), .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
            permissions: .ownerReadWrite)
        do {
            _ = try file.closeAfter { try file.writeAll(text.utf8) }
            guard rename(draft, path) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(draft)
            throw error
        }
    }
}
