import CKernel
import Glibc
import Kernel
import SystemPackage

/// Ways into other namespaces, by path.
enum Entering {
    /// Runs `body` on a thread of its own and waits; sockets that it makes stay in the namespace.
    /// - Parameters:
    ///   - network: path of a network namespace, as in `/proc/1/ns/net` or `/run/netns/pod1`.
    ///   - process: the process whose files are seen; `nil` stays with the caller's.
    static func run<T>(network: String, filesOf process: Int32? = nil, _ body: () throws -> T) throws -> T {
        do {
            let namespace = try NetworkNamespace(path: network)
            guard let process else { return try namespace.run(rethrowing: body) }
            let mounts = try open("/proc/\(process)/ns/mnt")
            let root = try open("/proc/\(process)/root")
            return try namespace.run(mountNamespace: mounts.raw, root: root.raw, rethrowing: body)
        } catch let error as KernelError { throw LabError(.system, error.description) }
    }

    /// As ``run(network:filesOf:_:)``, with the caller's files and errors of this module.
    static func inside<T>(_ network: String, _ body: () throws(LabError) -> T) throws(LabError) -> T {
        do {
            return try run(network: network) { () throws -> T in try body() }
        } catch let error as LabError { throw error } catch { throw LabError(.system, "enter \(network): \(error)") }
    }

    /// Moves the calling thread, for good.
    static func stay(network: String, filesOf process: Int32) throws(LabError) {
        // All are opened before any is entered: afterwards the paths may mean something else.
        let net = try open(network)
        let mounts = try open("/proc/\(process)/ns/mnt")
        let root = try open("/proc/\(process)/root")
        try negated("enter", "mounts of \(process)", migrate_enter_mount_namespace(mounts.raw, root.raw))
        try negated("enter", network, migrate_enter_network_namespace(net.raw))
    }

    private static func open(_ path: String) throws(LabError) -> OwnedDescriptor {
        do {
            return OwnedDescriptor(
                owning: try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec).rawValue)
        } catch { throw .call("open", path, error as? Errno ?? .ioError) }
    }
}
