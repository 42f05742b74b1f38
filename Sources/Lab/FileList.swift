import Glibc
import SystemPackage

/// What a directory holds.
enum FileList {
    /// Names, those that begin with a dot left out, in no order.
    static func names(in path: String) throws(LabError) -> [String] {
        // SAFETY: the path is a C string for the call; the stream is closed below, once; an entry is valid until the
        // next readdir(), and its name is copied before.
        guard let stream = unsafe opendir(path) else { throw .call("list", path, Errno(rawValue: errno)) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
