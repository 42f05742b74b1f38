import Glibc
import Model
import SystemPackage

/// A namespace that exists but could not be opened: what it holds is unknown.
public struct UnobservedNamespace: Hashable, Sendable, CustomStringConvertible {
    /// The path under which it was seen.
    public var what: String
    public var why: String

    public init(what: String, why: String) {
        self.what = what
        self.why = why
    }

    public var description: String { "\(what): \(why)" }
}

/// The network namespaces of a node.
///
/// Found where something names them: this thread, `/run/netns`, `/run/docker/netns`, every process.
/// One that only a socket, a file descriptor, a thread or another mount namespace holds is not found.
public struct NamespaceDiscovery: Sendable {
    /// Each namespace once, the current one first. Sorted by how it was found, then by path.
    public var namespaces: [NetworkNamespace]
    public var unobserved: [UnobservedNamespace]

    /// Looks once. What appears or goes away meanwhile may be missed.
    public static func observe() throws(KernelError) -> NamespaceDiscovery {
        var search = Search()
        // Without one's own namespace nothing else can be compared with it: an error and no gap.
        search.add(try NetworkNamespace.current())
        // /var/run is usually a link to /run: the same directory is looked into once.
        for directory in ["/run/netns", "/var/run/netns", "/run/docker/netns"] where search.isNew(directory) {
            for name in search.entries(of: directory) { search.look(at: "\(directory)/\(name)") }
        }
        let processes = search.entries(of: "/proc").compactMap { UInt32($0) }.sorted()
        for process in processes { search.look(at: "/proc/\(process)/ns/net", mayVanish: true) }
        return NamespaceDiscovery(namespaces: search.found, unobserved: search.unobserved)
    }

    private struct Search {
        var found: [NetworkNamespace] = []
        var unobserved: [UnobservedNamespace] = []
        /// Inodes of what is open. While it is, none of them is given to another namespace.
        private var inodes: Set<UInt64> = []
        private var cookies: Set<UInt64> = []
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
}
