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
        let names = (try? FileList.names(in: "/proc")) ?? []
        return names.compactMap(pid_t.init).filter { of("\($0)", "mnt") == inode }.sorted()
    }
}
