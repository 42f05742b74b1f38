import Glibc

/// Small text files of /proc, /sys and /etc.
public enum TextFile {
    /// The whole file, at most 1 MiB; `nil` when it cannot be read. Does not wait for the writer of a pipe.
    public static func read(_ path: String) -> String? {
        let raw = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard raw >= 0 else { return nil }
        let file = OwnedDescriptor(owning: raw)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while bytes.count < 1 << 20 {
            // SAFETY: read writes at most `count` bytes.
            let length = unsafe Glibc.read(file.raw, &buffer, buffer.count)
            if length < 0 { return nil }
            if length == 0 { break }
            bytes += buffer.prefix(length)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The first line without its end; `nil` when the file cannot be read or is empty.
    public static func line(_ path: String) -> String? {
        read(path)?.split(whereSeparator: \.isNewline).first.map(String.init)
    }
}
