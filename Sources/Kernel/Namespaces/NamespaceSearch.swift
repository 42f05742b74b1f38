import Glibc
import Model
import SystemPackage

/// The namespaces found so far, each once, and what could not be looked at.
struct NamespaceSearch {
    private(set) var found: [NetworkNamespace] = []
    var unobserved: [UnobservedNamespace] = []
    /// Inodes of what is open. While it is, none of them is given to another namespace.
    private var inodes: Set<UInt64> = []
    private(set) var cookies: Set<UInt64> = []
    /// Device and inode of the directories seen.
    private var directories: Set<String> = []

    mutating func add(_ namespace: NetworkNamespace) {
        inodes.insert(namespace.identity.inode)
        if cookies.insert(namespace.identity.cookie).inserted { found.append(namespace) }
    }

    /// Whether the directory was not looked into before, under this name or another.
    mutating func isNew(_ directory: String) -> Bool {
        var status = stat()
        // SAFETY: the path is a C string for the call, and stat fills the struct.
        guard unsafe stat(directory, &status) == 0 else { return true }
        return directories.insert("\(status.st_dev):\(status.st_ino)").inserted
    }

    mutating func look(at path: String, mayVanish: Bool = false) {
        var status = stat()
        // SAFETY: the path is a C string for the call, and stat fills the struct.
        guard unsafe stat(path, &status) == 0 else {
            // A process that ended, or a zombie, has no namespace any more.
            if mayVanish && (errno == ENOENT || errno == ESRCH) { return }
            unobserved.append(UnobservedNamespace(what: path, why: "\(Errno.last)"))
            return
        }
        if inodes.contains(UInt64(status.st_ino)) { return }
        do throws(KernelError) { add(try NetworkNamespace(path: path)) } catch {
            if mayVanish && (error.errno == .noSuchFileOrDirectory || error.errno == .noSuchProcess) { return }
            unobserved.append(UnobservedNamespace(what: path, why: error.description))
        }
    }

    /// Sorted names; none where there is no such directory.
    mutating func entries(of directory: String) -> [String] {
        // SAFETY: the path is a C string for the call; the stream is closed below, once.
        guard let stream = unsafe opendir(directory) else {
            if errno != ENOENT { unobserved.append(UnobservedNamespace(what: directory, why: "\(Errno.last)")) }
            return []
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        // SAFETY: the entry is valid until the next readdir; its name is copied before.
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
