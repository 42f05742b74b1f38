import Kernel
import Model

/// Finds the namespaces of hooks again by their cookies; paths and inodes are used again by others.
struct NamespaceDirectory {
    private let byCookie: [UInt64: NetworkNamespace]

    init(node: NetworkNamespace?) throws(KernelError) {
        var found = try NamespaceDiscovery.observe().namespaces
        if let node { found.append(node) }
        byCookie = Dictionary(found.map { ($0.identity.cookie, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// `nil` when no namespace with this cookie can be found: with it went everything in it.
    subscript(cookie: UInt64) -> NetworkNamespace? { byCookie[cookie] }
}
