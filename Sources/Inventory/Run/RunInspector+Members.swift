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

    /// Interfaces with members behind them that are in no set of the run.
    public func unenrolled(_ plan: PlanDocument, bpffs: BPFFileSystem) -> [EnrolledSet.Interface] {
        guard plan.decision.membership == .enrolled, let keys = try? keys(plan, bpffs) else { return [] }
        var found: [EnrolledSet.Interface] = []
        for namespace in namespaces {
            let netns = namespace.identity.cookie
            guard let members = try? EnrolledState.members(netns, pinDirectory: run.pinDirectory) else { continue }
            let inside = Set(members.map { DeviceKey(netns: netns, ifindex: $0) })
            let devices = (try? devices(keys, plan, but: inside, namespace)) ?? (found: [:], names: [:])
            found += devices.found.keys.sorted().map {
                .init(netns: netns, ifindex: $0, interface: devices.names[$0] ?? "?")
            }
        }
        return found
    }

    /// Interfaces with members behind them, in the set or not.
    func memberDevices(_ plan: PlanDocument, in read: Set<UInt64>, bpffs: BPFFileSystem) -> Set<DeviceKey> {
        guard let keys = try? keys(plan, bpffs) else { return [] }
        var found: Set<DeviceKey> = []
        for namespace in namespaces where read.contains(namespace.identity.cookie) {
            let netns = namespace.identity.cookie
            let devices = (try? devices(keys, plan, but: [], namespace))?.found.keys.map { $0 } ?? []
            found.formUnion(devices.map { DeviceKey(netns: netns, ifindex: $0) })
        }
        return found
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
        let (found, names) = try devices(keys, plan, but: members, namespace)
        return found.sorted { $0.key < $1.key }.map { ifindex, addresses in
            let list = addresses.prefix(3).map(\.description).joined(separator: ", ")
            return "\(names[ifindex] ?? "?") (\(ifindex)) is not in the set, and \(list)"
                + (addresses.count > 3
                    ? " and \(addresses.count - 3) more are keys of the map" : " by the map a member")
                + " behind it: not redirected, and a program of the deployment there may let in only what the map delivers"
        }
    }

    /// Interfaces that lead to keys of the map, each with those, and the interfaces' names; without `members`, what is denied,
    /// and what was at its place when the run began.
    private func devices(
        _ keys: [IPAddress], _ plan: PlanDocument, but members: Set<DeviceKey>, _ namespace: NetworkNamespace
    ) throws(KernelError) -> (found: [UInt32: [IPAddress]], names: [UInt32: String]) {
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
        return (found, names)
    }
}
