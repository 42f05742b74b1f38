import Kernel
import Model

/// Reads every network namespace: links, addresses, hooks and packet filters of all; rules, routes and neighbors of the node's.
struct NetworkReader {
    let node: NetworkNamespace

    /// What counts for the neighbor table, which all namespaces share (net/core/neighbour.c).
    struct NeighborUse: Sendable {
        /// Entries in use, without the permanent ones, by family.
        var counted: [AddressFamily: Int] = [:]
        /// `gc_thresh3`, by family; only the initial namespace has the sysctl.
        var limits: [AddressFamily: Int] = [:]
    }

    /// What one namespace held.
    private struct View: Sendable {
        var links: [Link] = []
        var addresses: [InterfaceAddress] = []
        var hooks: [Hook] = []
        var filters: [PacketFilter] = []
        var rules: [Rule] = []
        var routes: [Route] = []
        var neighbors: [Neighbor] = []
        var neighborLimits: [AddressFamily: Int] = [:]
        var unobserved: [Unobserved] = []
    }

    func read(into snapshot: inout Snapshot) throws(MigrateError) -> NeighborUse {
        let found = try reading("network namespaces") { () throws(KernelError) in try NamespaceDiscovery.observe() }
        snapshot.unobserved += found.unobserved.map { Unobserved(what: "network namespace \($0.what)", why: $0.why) }
        var namespaces = found.namespaces
        if !namespaces.contains(where: { $0.identity == node.identity }) { namespaces.insert(node, at: 0) }
        var use = NeighborUse()
        for namespace in namespaces {
            let isNode = namespace.identity == node.identity
            let view: View
            do throws(KernelError) {
                view = try namespace.run { () throws(KernelError) in
                    try Self.view(of: namespace, among: namespaces, isNode: isNode)
                }
            } catch {
                if isNode { _ = try reading("the node's network namespace") { () throws(KernelError) in throw error } }
                snapshot.unobserved.append(
                    Unobserved(what: "network namespace \(namespace.identity.path ?? "?")", why: error.description))
                continue
            }
            snapshot.namespaces.append(namespace.identity)
            snapshot.links += view.links
            snapshot.addresses += view.addresses
            snapshot.hooks += view.hooks
            snapshot.filters += view.filters
            snapshot.unobserved += view.unobserved
            snapshot.rules += view.rules
            snapshot.routes += view.routes
            if isNode { snapshot.neighbors += view.neighbors }
            for neighbor in view.neighbors where !neighbor.state.contains(.permanent) {
                use.counted[neighbor.address.family, default: 0] += 1
            }
            use.limits.merge(view.neighborLimits, uniquingKeysWith: { first, _ in first })
        }
        return use
    }

    private static func view(
        of namespace: NetworkNamespace, among namespaces: [NetworkNamespace], isNode: Bool
    ) throws(KernelError) -> View {
        let netns = namespace.identity.cookie
        var socket = try NetlinkSocket()
        var view = View()
        view.links = try socket.peerNamespaces(of: try socket.links(netns: netns), among: namespaces)
        view.addresses = try socket.addresses(netns: netns)
        view.hooks = try HookReader.hooks(in: namespace.identity, links: view.links, socket: &socket)
        do throws(KernelError) { view.filters = try PacketFilterReader.filters(netns: netns) } catch {
            view.unobserved.append(
                Unobserved(what: "packet filters of \(namespace.identity.path ?? "?")", why: error.description))
        }
        view.neighbors = try socket.neighbors(netns: netns)
        for family in AddressFamily.allCases {
            view.neighborLimits[family] = try Sysctl.number("net/\(family.rawValue)/neigh/default/gc_thresh3")
        }
        if isNode {
            view.rules = try socket.rules(netns: netns)
            view.routes = try socket.routes(netns: netns)
        }
        return view
    }
}
