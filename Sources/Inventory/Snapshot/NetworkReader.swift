import Kernel
import Model

/// Reads every network namespace: links, addresses, hooks and packet filters. What routes there is read by
/// ``RoutingReader``, where it counts.
struct NetworkReader {
    let node: NetworkNamespace

    /// What counts for the neighbor table, which all namespaces share (net/core/neighbour.c).
    struct NeighborUse: Sendable {
        /// Entries in use, by family: without permanent ones, and without those that others taught the kernel
        /// (`neigh_update_gc_list`).
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
        var neighbors: [Neighbor] = []
        var neighborLimits: [AddressFamily: Int] = [:]
        var unobserved: [Unobserved] = []
    }

    /// - Returns: the namespaces that could be read, open, the node's among them; and how full the neighbor table is.
    func read(
        into snapshot: inout Snapshot
    ) throws(MigrateError) -> (namespaces: [NetworkNamespace], use: NeighborUse) {
        var readable: [NetworkNamespace] = []
        let found = try reading("network namespaces") { () throws(KernelError) in try NamespaceDiscovery.observe() }
        snapshot.unobserved += found.unobserved.map { Unobserved(what: "network namespace \($0.what)", why: $0.why) }
        var namespaces = found.namespaces
        // By the path that was named, where one was: commands that are printed enter it by that.
        if let place = namespaces.firstIndex(where: { $0.identity == node.identity }) {
            namespaces[place] = node
        } else {
            namespaces.insert(node, at: 0)
        }
        var use = NeighborUse()
        for namespace in namespaces {
            let isNode = namespace.identity == node.identity
            let view: View
            do throws(KernelError) {
                view = try namespace.run { () throws(KernelError) in
                    try Self.view(of: namespace, among: namespaces)
                }
            } catch {
                if isNode { _ = try reading("the node's network namespace") { () throws(KernelError) in throw error } }
                snapshot.unobserved.append(
                    Unobserved(what: "network namespace \(namespace.identity.title)", why: error.description))
                continue
            }
            snapshot.namespaces.append(namespace.identity)
            snapshot.links += view.links
            snapshot.addresses += view.addresses
            snapshot.hooks += view.hooks
            snapshot.filters += view.filters
            snapshot.unobserved += view.unobserved
            readable.append(namespace)
            for neighbor in view.neighbors where neighbor.isCollected {
                use.counted[neighbor.address.family, default: 0] += 1
            }
            use.limits.merge(view.neighborLimits, uniquingKeysWith: { first, _ in first })
        }
        return (readable, use)
    }

    private static func view(
        of namespace: NetworkNamespace, among namespaces: [NetworkNamespace]
    ) throws(KernelError) -> View {
        let netns = namespace.identity.cookie
        var socket = try NetlinkSocket()
        var view = View()
        view.links = try socket.peerNamespaces(of: try socket.links(netns: netns), among: namespaces)
        view.addresses = try socket.addresses(netns: netns)
        view.hooks = try HookReader.hooks(in: namespace.identity, links: view.links, socket: &socket)
        do throws(KernelError) { view.filters = try PacketFilterReader.filters(netns: netns) } catch {
            view.unobserved.append(
                Unobserved(what: "packet filters of \(namespace.identity.title)", why: error.description))
        }
        view.neighbors = try socket.neighbors(netns: netns)
        for family in AddressFamily.allCases {
            view.neighborLimits[family] = try Sysctl.number("net/\(family.rawValue)/neigh/default/gc_thresh3")
        }
        return view
    }
}
