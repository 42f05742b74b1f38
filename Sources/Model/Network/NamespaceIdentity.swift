/// A network namespace.
///
/// The cookie (`SO_NETNS_COOKIE`, include/uapi/asm-generic/socket.h) is its identity: it is never
/// used twice within a boot. Inode and path are for people: the kernel uses inodes again at once.
public struct NamespaceIdentity: Codable, Sendable {
    public var cookie: UInt64
    /// Inode of the namespace file, as `/proc/PID/ns/net` shows it.
    public var inode: UInt64
    /// A path under which it was opened, such as `/run/netns/pod1` or `/proc/812/ns/net`; `nil` for the one that the
    /// command ran in, which every process reaches by another path.
    public var path: String?

    public init(cookie: UInt64, inode: UInt64, path: String?) {
        self.cookie = cookie
        self.inode = inode
        self.path = path
    }

    /// As messages name it.
    public var title: String { path ?? "the namespace the command runs in" }
}

extension NamespaceIdentity {
    /// ` in /run/netns/pod1`; empty for the node's own, whose cookie is given.
    public func elsewhere(than node: UInt64) -> String { cookie == node ? "" : " in \(path ?? "netns \(cookie)")" }
}

extension NamespaceIdentity: Hashable {
    public static func == (left: Self, right: Self) -> Bool { left.cookie == right.cookie }
    public func hash(into hasher: inout Hasher) { hasher.combine(cookie) }
}
