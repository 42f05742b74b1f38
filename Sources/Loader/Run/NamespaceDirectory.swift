import Kernel
import Model

/// Finds the namespaces of hooks again by their cookies; paths and inodes are used again by others.
package struct NamespaceDirectory {
    private let byCookie: [UInt64: NetworkNamespace]
    /// Where one that was not found may still be.
    let unobserved: [UnobservedNamespace]

    /// - Parameter sought: cookies of the hooks' namespaces, which are looked for wherever something may hold them.
    package init(node: NetworkNamespace?, seeking sought: Set<UInt64>) throws(KernelError) {
        let known = Set([node?.identity.cookie].compactMap { $0 })
        // Most nodes have all their hooks in one namespace; going through all processes would be most of a run's time.
        if let node, known.isSuperset(of: sought) {
            byCookie = [node.identity.cookie: node]
            unobserved = []
            return
        }
        let seen = try NamespaceDiscovery.observe(seeking: sought.subtracting(known))
        let found = seen.namespaces + [node].compactMap { $0 }
        byCookie = Dictionary(found.map { ($0.identity.cookie, $0) }, uniquingKeysWith: { first, _ in first })
        unobserved = seen.unobserved
    }

    /// For a rollback, which has begun by then: where nothing can be looked for, no namespace but the node's is found.
    static func found(node: NetworkNamespace?, seeking sought: Set<UInt64>) -> NamespaceDirectory {
        do throws(KernelError) { return try NamespaceDirectory(node: node, seeking: sought) } catch {
            return NamespaceDirectory(node, [UnobservedNamespace(what: "all namespaces", why: "\(error)")])
        }
    }

    private init(_ node: NetworkNamespace?, _ unobserved: [UnobservedNamespace]) {
        byCookie = node.map { [$0.identity.cookie: $0] } ?? [:]
        self.unobserved = unobserved
    }

    /// `nil` when none was found. That it is gone does not follow: a socket, or a process that cannot be looked at, may
    /// hold it, and the hook lives on in it.
    subscript(cookie: UInt64) -> NetworkNamespace? { byCookie[cookie] }

    /// For messages: the first places that could not be looked at, and how many more.
    var gaps: String {
        let shown = unobserved.prefix(3).map(\.description).joined(separator: "; ")
        return unobserved.count > 3 ? "\(shown); and \(unobserved.count - 3) more" : shown
    }
}
