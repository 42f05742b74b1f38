import Glibc
import Kernel

/// The network namespace that the machine started with: the only one with the limits that count over all of them.
public enum InitialNetwork {
    public static let limit = "net/ipv4/neigh/default/gc_thresh3"

    /// A path to it. That of process 1 may be closed, so the nearest ancestor that is in it will do: tests run in a
    /// namespace of their own, and what started them does not.
    public static func path() -> String? {
        var process = getppid()
        while process > 0 {
            let path = "/proc/\(process)/ns/net"
            if let namespace = try? NetworkNamespace(path: path),
                (try? namespace.run { () throws(KernelError) in try Sysctl.number(limit) }) ?? nil != nil
            {
                return path
            }
            process = Requirement.parent(of: process)
        }
        return nil
    }

    /// The limit of IPv4 neighbors.
    public static func neighbors() -> Int? {
        guard let path = path(), let namespace = try? NetworkNamespace(path: path) else { return nil }
        return (try? namespace.run { () throws(KernelError) in try Sysctl.number(limit) }) ?? nil
    }
}
