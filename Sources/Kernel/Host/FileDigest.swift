import Glibc
import Model

/// SHA-256 of whole files, however long.
public enum FileDigest {
    /// 64 hexadecimal digits; `nil` where the file cannot be read to its end.
    public static func sha256(_ path: String) -> String? {
        let raw = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { return nil }
        let file = OwnedDescriptor(owning: raw)
        var digest = RunningDigest()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            // SAFETY: read writes at most `count` bytes.
            let length = unsafe Glibc.read(file.raw, &buffer, buffer.count)
            if length < 0 { return nil }
            if length == 0 { return digest.finish() }
            digest.add(buffer, count: length)
        }
    }
}
