import Kernel
import Model

/// Reads the hooks of some namespaces again and again, which stay open meanwhile.
public struct WatchedNamespaces: Sendable {
    public let namespaces: [NetworkNamespace]
    /// Of those that were asked for and not found, the cookies.
    public let missing: Set<UInt64>

    /// - Parameter cookies: of the namespaces.
    public init(_ cookies: Set<UInt64>) throws(MigrateError) {
        guard !cookies.isEmpty else {
            (namespaces, missing) = ([], [])
            return
        }
        let found = try reading("network namespaces") { () throws(KernelError) in
            try NamespaceDiscovery.observe(seeking: cookies)
        }
        let wanted = found.namespaces.filter { cookies.contains($0.identity.cookie) }
        namespaces = wanted
        missing = cookies.subtracting(wanted.map(\.identity.cookie))
    }

    public subscript(cookie: UInt64) -> NetworkNamespace? { namespaces.first { $0.identity.cookie == cookie } }

    /// All hooks; of a namespace that cannot be read now nothing is said.
    public func look() -> HookStandings.Seen { look(at: nil) }

    /// The hooks of these interfaces alone, which takes no longer than a few calls.
    public func look(at devices: Set<DeviceKey>?) -> HookStandings.Seen {
        var seen = HookStandings.Seen(hooks: [], interfaces: [], namespaces: [], reads: [:], devices: devices)
        for namespace in namespaces {
            let netns = namespace.identity.cookie
            let wanted = devices.map { devices in Set(devices.filter { $0.netns == netns }.map(\.ifindex)) }
            if wanted?.isEmpty == true { continue }
            let found = try? namespace.run { () throws(KernelError) in
                var socket = try NetlinkSocket()
                let all = try socket.links(netns: netns)
                let links = wanted.map { wanted in all.filter { wanted.contains($0.ifindex) } } ?? all
                return (all, try HookReader.hooks(in: namespace.identity, links: links, socket: &socket))
            }
            guard let (links, hooks) = found else { continue }
            seen.namespaces.insert(netns)
            seen.interfaces.formUnion(links.map { DeviceKey(netns: netns, ifindex: $0.ifindex) })
            // Those of xdp are read of all interfaces, whatever was asked.
            seen.hooks += hooks.filter { hook in wanted.map { $0.contains(hook.ifindex) } ?? true }
        }
        for id in Set(seen.hooks.compactMap(\.program?.id)) {
            // One that went away meanwhile reads nothing.
            seen.reads[id] = (try? BPFProgram(id: id).record.mapIDs) ?? []
        }
        return seen
    }
}
