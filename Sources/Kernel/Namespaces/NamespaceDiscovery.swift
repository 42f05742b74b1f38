import Model

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
/// Found where something names them: this thread, `/run/netns`, `/run/docker/netns`, every process. One that only a file
/// descriptor, a thread or a mount elsewhere holds is found where it is sought by its cookie; one that only a socket, or
/// a process that cannot be looked at, holds is not: that a namespace was not found never means that it is gone.
public struct NamespaceDiscovery: Sendable {
    /// Each namespace once, the current one first. Sorted by how it was found, then by path.
    public var namespaces: [NetworkNamespace]
    public var unobserved: [UnobservedNamespace]

    /// Looks once. What appears or goes away meanwhile may be missed.
    ///
    /// - Parameter sought: cookies of namespaces that are known to exist, or to have existed: for those that the first
    ///   look does not find, descriptors, threads and mounts of all processes are gone through.
    public static func observe(seeking sought: Set<UInt64> = []) throws(KernelError) -> NamespaceDiscovery {
        var search = NamespaceSearch()
        // Without one's own namespace nothing else can be compared with it: an error and no gap.
        search.add(try NetworkNamespace.current())
        // /var/run is usually a link to /run: the same directory is looked into once.
        for directory in ["/run/netns", "/var/run/netns", "/run/docker/netns"] where search.isNew(directory) {
            for name in search.entries(of: directory) { search.look(at: "\(directory)/\(name)") }
        }
        let processes = search.entries(of: "/proc").compactMap { UInt32($0) }.sorted()
        for process in processes { search.look(at: "/proc/\(process)/ns/net", mayVanish: true) }
        search.lookAtHolders(processes, until: sought)
        return NamespaceDiscovery(namespaces: search.found, unobserved: search.unobserved)
    }
}
