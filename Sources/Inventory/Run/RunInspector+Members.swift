import Kernel
import Model

/// Under membership `enrolled`: pods that are members by the map, and by the set of interfaces are none.
extension RunInspector {
    /// One line for each interface with such pods behind it: they moved there, or came, and nobody put it into the set.
    ///
    /// - Parameters:
    ///   - members: the interfaces in the sets now.
    ///   - read: namespaces whose sets could be read.
    func uncovered(
        _ plan: PlanDocument, by members: Set<DeviceKey>, in read: Set<UInt64>, bpffs: BPFFileSystem
    ) -> [String] {
        do {
            let keys = try keys(plan, bpffs)
            var lines: [String] = []
            for namespace in namespaces where read.contains(namespace.identity.cookie) {
                lines += try uncovered(keys, plan, members, namespace)
            }
            return lines
        } catch {
            return ["whether the set holds all members could not be told: \(error)"]
        }
    }

    /// Addresses in the legacy maps as they are now: an agent may have made them anew.
    private func keys(_ plan: PlanDocument, _ bpffs: BPFFileSystem) throws -> [IPAddress] {
        guard let node = namespaces.first(where: { $0.identity.cookie == run.nodeNetns }) else { return [] }
        var keys: Set<IPAddress> = []
        for found in try MapFinder(bpffs: bpffs, profile: plan.decision.profile, node: node).find().maps {
            try BPFMap(id: found.id).forEachBatch { batch in
                keys.formUnion(found.layout.decode(batch).compactMap { $0?.address })
                return true
            }
        }
        return keys.sorted()
    }

    private func uncovered(
        _ keys: [IPAddress], _ plan: PlanDocument, _ members: Set<DeviceKey>, _ namespace: NetworkNamespace
    ) throws(KernelError) -> [String] {
        let netns = namespace.identity.cookie
        let (answers, links) = try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            let queries = keys.map { RouteQuery(destination: $0) }
            return (
                try socket.answers(to: queries, mode: .matchedRoute, netns: netns), try socket.links(netns: netns)
            )
        }
        let names = Dictionary(links.map { ($0.ifindex, $0.name) }, uniquingKeysWith: { first, _ in first })
        var outside = Set(plan.decision.replacement.denied.map { DeviceKey(netns: $0.netns, ifindex: $0.ifindex) })
        outside.formUnion(members)
        // What was at its place when the run began, and no member there either.
        let before = Set(
            plan.membership.lost.map { "\($0.address) \($0.interface)" }
                + plan.entries.map { "\($0.address) \($0.kernel.interface ?? "")" })
        var found: [UInt32: [IPAddress]] = [:]
        for (address, answer) in zip(keys, answers) {
            guard let route = answer.route, route.kind == .unicast, route.gateway == nil, !route.isMultipath,
                let ifindex = route.outputInterface, !outside.contains(DeviceKey(netns: netns, ifindex: ifindex)),
                !before.contains("\(address) \(names[ifindex] ?? "")")
            else { continue }
            found[ifindex, default: []].append(address)
        }
        return found.sorted { $0.key < $1.key }.map { ifindex, addresses in
            let list = addresses.prefix(3).map(\.description).joined(separator: ", ")
            return "\(names[ifindex] ?? "?") (\(ifindex)) is not in the set, and \(list)"
                + (addresses.count > 3
                    ? " and \(addresses.count - 3) more are keys of the map" : " by the map a member")
                + " behind it: not redirected, and a program of the deployment there may let in only what the map delivers"
        }
    }
}
