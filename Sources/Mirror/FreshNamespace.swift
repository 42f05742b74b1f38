import CKernel
import Glibc
import Kernel
import SystemPackage

/// A network namespace that the calling thread has just made for itself: the only kind that this room changes.
///
/// There is no way to make this value of a namespace that was there before. What changes it asks the kernel first
/// whether it would change this one, by its cookie, which is never used twice within a boot.
struct FreshNamespace: ~Copyable {
    private let namespace: NetworkNamespace

    private init(_ namespace: NetworkNamespace) { self.namespace = namespace }

    /// Moves the calling thread into a new namespace (`unshare`).
    static func enter() throws(KernelError) -> FreshNamespace {
        let before = try NetworkNamespace.current().identity.cookie
        let made = migrate_new_network_namespace()
        guard made == 0 else { throw .call("make", "network namespace", Errno(rawValue: -made)) }
        let after = try NetworkNamespace.current()
        guard after.identity.cookie != before else {
            throw .refused("make", "network namespace", "the thread is still in namespace \(before)")
        }
        return FreshNamespace(after)
    }

    var cookie: UInt64 { namespace.identity.cookie }
    /// For `IFLA_NET_NS_FD`.
    var descriptor: CInt { namespace.descriptor }

    /// Sets sysctls below `net/`, which are those of the calling thread's namespace (`net_ctl_root`).
    ///
    /// One that this kernel does not have is passed over.
    func set(_ sysctls: KeyValuePairs<String, String>) throws(KernelError) {
        let here = try NetworkNamespace.current().identity.cookie
        guard here == cookie else { throw .refused("set", "sysctls", "the thread is in namespace \(here)") }
        for (path, value) in sysctls { try Self.write(value, to: path) }
    }

    private static func write(_ value: String, to path: String) throws(KernelError) {
        // SAFETY: the path is a C string for the call.
        let raw = unsafe open("/proc/sys/net/\(path)", O_WRONLY | O_CLOEXEC)
        guard raw >= 0 else {
            if errno == ENOENT { return }
            throw .call("open", "sysctl net/\(path)", Errno(rawValue: errno))
        }
        let file = OwnedDescriptor(owning: raw)
        let bytes = Array(value.utf8)
        // SAFETY: the pointer is to `bytes.count` bytes, which outlive the call.
        guard unsafe Glibc.write(file.raw, bytes, bytes.count) == bytes.count else {
            throw .call("set", "sysctl net/\(path)", Errno(rawValue: errno))
        }
    }
}
