import Glibc
import SystemPackage

/// Files that a command is given to read.
public enum InputFile {
    /// The whole file, or standard input for `-`; never empty.
    ///
    /// - Parameter failure: makes the error, in which the kernel's own word is a fact.
    public static func read<Failure: Error>(
        _ path: String, failure: (String) -> Failure
    ) throws(Failure) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try path == "-" ? read(0) : contents(path)
        } catch {
            throw failure("\(path == "-" ? "standard input" : "the file") cannot be read: \(error)")
        }
        guard !bytes.isEmpty else { throw failure("\(path == "-" ? "standard input" : "the file") is empty") }
        return bytes
    }

    private static func contents(_ path: String) throws -> [UInt8] {
        let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
        return try file.closeAfter { try read(file.rawValue) }
    }

    /// All of it, to the end. By the descriptor: `/dev/stdin` has no size where it is a pipe, and cannot be opened where it is a
    /// socket.
    private static func read(_ descriptor: CInt) throws(Errno) -> [UInt8] {
        var data: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return data }
            if count > 0 { data += buffer.prefix(count) } else if errno != EINTR { throw Errno(rawValue: errno) }
        }
    }
}
