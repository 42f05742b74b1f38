import Glibc
import SystemPackage

/// Small files, whole: those of /proc and the lab's own state.
enum TextFile {
    static func read(_ path: String) throws(LabError) -> String {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                while true {
                    // SAFETY: read() fills at most the buffer, and says how much of it.
                    let part = try unsafe [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
                        count = unsafe try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                    }
                    guard !part.isEmpty else { return String(decoding: bytes, as: UTF8.self) }
                    bytes += part
                }
            }
        } catch { throw failure("read", path, error) }
    }

    /// In one write, as files of /proc/sys want it.
    static func write(_ text: String, to path: String) throws(LabError) {
        do {
            let file = try FileDescriptor.open(FilePath(path), .writeOnly, options: .closeOnExec)
            _ = try file.closeAfter { try file.writeAll(text.utf8) }
        } catch { throw failure("write", path, error) }
    }

    /// Readers see the old text or the new one, never a part; mode 0600.
    static func replace(_ path: String, with text: String) throws(LabError) {
        let draft = path + ".new"
        do {
            let file = try FileDescriptor.open(
                FilePath(draft), .writeOnly, options: [.create, .truncate, .closeOnExec, .noFollow],
                permissions: .ownerReadWrite)
            _ = try file.closeAfter { try file.writeAll(text.utf8) }
        } catch { throw failure("write", draft, error) }
        // SAFETY: rename() reads two paths.
        try checked("rename", path, unsafe rename(draft, path))
    }

    private static func failure(_ operation: String, _ path: String, _ error: any Error) -> LabError {
        .call(operation, path, error as? Errno ?? .ioError)
    }
}
