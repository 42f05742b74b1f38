import Glibc

/// Numbers of namespaces, as `ls -l /proc/PID/ns` shows them; reused once a namespace is gone.
enum NamespaceInode {
    /// `nil` if the process is gone.
    static func of(_ process: String, _ kind: String) -> UInt64? {
        var info = stat()
        // SAFETY: stat() reads the path and fills the structure.
        return unsafe stat("/proc/\(process)/ns/\(kind)", &info) == 0 ? UInt64(info.st_ino) : nil
    }

    /// Processes whose mount namespace it is.
    static func processes(inMount inode: UInt64) -> [pid_t] {
        // SAFETY: the stream is used by this call only; d_name ends with a zero byte.
        guard let directory = unsafe opendir("/proc") else { return [] }
        defer { unsafe closedir(directory) }
        var found: [pid_t] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let pid = pid_t(name), of(name, "mnt") == inode else { continue }
            found.append(pid)
        }
        return found.sorted()
    }
}
