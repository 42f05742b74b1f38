import CKernel
import Glibc
import Kernel
import SystemPackage

/// Ways into other namespaces, by path.
enum Entering {
    /// Runs `body` on a thread of its own and waits; sockets that it makes stay in the namespace.
    /// - Parameters:
    ///   - network: path of a network namespace, as in `/proc/1/ns/net` or `/run/netns/pod1`.
    ///   - mount: path of a mount namespace; `nil` stays in the caller's.
    static func run<T>(network: String, mount: String? = nil, _ body: () throws -> T) throws -> T {
        do {
            let namespace = try NetworkNamespace(path: network)
            guard let mount else { return try namespace.run(rethrowing: body) }
            let file = try open(mount)
            return try namespace.run(mountNamespace: file.raw, rethrowing: body)
        } catch let error as KernelError { throw LabError(.system, error.description) }
    }

    /// Moves the calling thread, for good.
    static func stay(network: String, mount: String) throws(LabError) {
        // Both are opened before either is entered: afterwards the paths may mean something else.
        let net = try open(network)
        let mnt = try open(mount)
        try negated("enter", mount, migrate_enter_mount_namespace(mnt.raw))
        try negated("enter", network, migrate_enter_network_namespace(net.raw))
    }

    private static func open(_ path: String) throws(LabError) -> OwnedDescriptor {
        do {
            return OwnedDescriptor(
                owning: try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec).rawValue)
        } catch { throw .call("open", path, error as? Errno ?? .ioError) }
    }
}
