import Glibc
import SystemPackage

/// Names in directories of /proc, /sys and the bpffs.
public enum DirectoryListing {
    /// Without `.` and `..`, sorted; empty when the directory cannot be read.
    public static func names(in directory: String) -> [String] { list(directory).names }

    /// As ``names(in:)``, with the reason when the directory cannot be read.
    public static func list(_ directory: String) -> (names: [String], errno: Errno?) {
        // SAFETY: the path is a C string for the call; the stream is closed once.
        guard let stream = unsafe opendir(directory) else { return ([], .last) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        // SAFETY: an entry is valid until the next readdir on its stream; the name is copied before.
        while let entry = unsafe readdir(stream) {
            let name = unsafe text(of: entry.pointee.d_name)
            if name != "." && name != ".." { names.append(name) }
        }
        return (names.sorted(), nil)
    }
}
