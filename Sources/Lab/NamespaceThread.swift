import CKernel
import Glibc
import Kernel
import SystemPackage
import Synchronization

/// Runs code inside other namespaces, on a thread that dies afterwards.
enum NamespaceThread {
    /// - Parameters:
    ///   - network: path of a network namespace, as in `/proc/1/ns/net` or `/run/netns/pod1`.
    ///   - mount: path of a mount namespace; `nil` stays in the caller's.
    static func run<T: Sendable>(
        network: String, mount: String? = nil, _ body: @escaping @Sendable () throws -> T
    ) throws -> T {
        let result = Mutex<Result<T, any Error>?>(nil)
        let box = Box(result)
        let thread = try WorkThread {
            let outcome = Result<T, any Error> {
                try enter(network: network, mount: mount)
                return try body()
            }
            box.result.withLock { $0 = outcome }
        }
        thread.join()
        guard let outcome = box.result.withLock({ $0 }) else {
            throw LabError(.system, "run in \(network)", facts: ["the thread ended without a result"])
        }
        return try outcome.get()
    }

    /// Moves the calling thread, for good.
    static func enter(network: String, mount: String?) throws(LabError) {
        // Both are opened before either is entered: afterwards the paths may mean something else.
        let net = try open(network)
        if let mount {
            let mnt = try open(mount)
            try negated("enter", mount, migrate_enter_mount_namespace(mnt.raw))
        }
        try negated("enter", network, migrate_enter_network_namespace(net.raw))
    }

    private static func open(_ path: String) throws(LabError) -> OwnedDescriptor {
        do {
            return OwnedDescriptor(
                owning: try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec).rawValue)
        } catch { throw .call("open", path, error as? Errno ?? .ioError) }
    }

    private final class Box<T: Sendable>: Sendable {
        let result: Mutex<Result<T, any Error>?>
        init(_ result: consuming Mutex<Result<T, any Error>?>) { self.result = result }
    }
}
