import CKernel
import Glibc
import Model
import SystemPackage

/// An open network namespace. It lives for as long as this object does, whatever happens to its path.
public final class NetworkNamespace: Sendable {
    private let file: OwnedDescriptor
    public let identity: NamespaceIdentity

    /// Opens a namespace file such as `/run/netns/pod1` or `/proc/812/ns/net`.
    /// - Throws: `call` when it cannot be opened, `malformed` when it is no network namespace,
    ///   `unsupported` before Linux 5.14, which has no cookies.
    public convenience init(path: String) throws(KernelError) {
        try self.init(owning: try Self.open(path), path: path, name: path)
    }

    private static func open(_ path: String) throws(KernelError) -> OwnedDescriptor {
        // SAFETY: the string outlives the call as a C string.
        let raw = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw .call("open", path, .last) }
        return OwnedDescriptor(owning: raw)
    }

    /// - Parameter name: what the identity calls it; `nil` for a path that means another namespace to every reader.
    private init(owning file: consuming OwnedDescriptor, path: String, name: String?) throws(KernelError) {
        guard migrate_namespace_type(file.raw) == migrate_network_namespace_type() else {
            throw .malformed("open", path, "not a network namespace")
        }
        var status = stat()
        // SAFETY: fstat fills the struct that the pointer is to.
        guard unsafe fstat(file.raw, &status) == 0 else { throw .call("stat", path, .last) }
        let raw = file.raw
        let cookie = try NamespaceThread.run(orFail: { $0 }) { () throws(KernelError) -> UInt64 in
            try Self.enter(raw, path)
            return try Self.currentCookie(path)
        }
        identity = NamespaceIdentity(cookie: cookie, inode: UInt64(status.st_ino), path: name)
        self.file = file
    }

    /// The namespace of the calling thread. It has no path: `/proc/thread-self` leads everybody else to their own.
    public static func current() throws(KernelError) -> NetworkNamespace {
        let path = "/proc/thread-self/ns/net"
        return try NetworkNamespace(owning: try open(path), path: path, name: nil)
    }

    /// A new, empty namespace that only this object keeps alive; its loopback device is down.
    public static func makeEmpty() throws(KernelError) -> NetworkNamespace {
        try NamespaceThread.run(orFail: { $0 }) { () throws(KernelError) -> NetworkNamespace in
            let made = migrate_new_network_namespace()
            guard made == 0 else { throw .call("make", "network namespace", Errno(rawValue: -made)) }
            return try current()
        }
    }

    /// The descriptor; owned by this object.
    public var descriptor: CInt { file.raw }

    /// Runs `body` on a fresh thread inside this namespace, waits for it and lets the thread die, so that
    /// no other code ever finds itself on a thread in a foreign namespace.
    ///
    /// A socket that `body` makes and returns stays in this namespace.
    public func run<Value: ~Copyable>(
        _ body: () throws(KernelError) -> Value
    ) throws(KernelError) -> Value {
        try NamespaceThread.run(orFail: { $0 }) { () throws(KernelError) -> Value in
            try Self.enter(file.raw, identity.path ?? "namespace")
            return try body()
        }
    }

    /// As `run`, for a body that throws errors of any type, and optionally inside a mount namespace, too.
    /// - Parameters:
    ///   - mountNamespace: descriptor of a mount namespace; the body sees its files, with `/` as working directory.
    ///   - root: descriptor of a directory in it that is to be `/`; -1 is the namespace's own root.
    public func run<Value: ~Copyable>(
        mountNamespace: CInt? = nil, root: CInt = -1, rethrowing body: () throws -> Value
    ) throws -> Value {
        try NamespaceThread.run(orFail: { $0 }) { () throws -> Value in
            try Self.enter(file.raw, identity.path ?? "namespace")
            if let mountNamespace {
                let entered = migrate_enter_mount_namespace(mountNamespace, root)
                guard entered == 0 else {
                    throw KernelError.call("enter", "mount namespace", Errno(rawValue: -entered))
                }
            }
            return try body()
        }
    }

    private static func enter(_ raw: CInt, _ path: String) throws(KernelError) {
        let entered = migrate_enter_network_namespace(raw)
        guard entered == 0 else { throw .call("enter", path, Errno(rawValue: -entered)) }
    }

    /// `SO_NETNS_COOKIE` of a socket made here: the calling thread's namespace.
    private static func currentCookie(_ path: String) throws(KernelError) -> UInt64 {
        let raw = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw .call("open", "socket in \(path)", .last) }
        let probe = OwnedDescriptor(owning: raw)
        var cookie: UInt64 = 0
        // SAFETY: the shim writes one UInt64.
        let asked = unsafe migrate_namespace_cookie(probe.raw, &cookie)
        guard asked == 0 else {
            throw .unsupported(
                "read", "cookie of \(path)", "SO_NETNS_COOKIE needs Linux 5.14", errno: Errno(rawValue: -asked))
        }
        return cookie
    }
}
