import Kernel
import Model

/// What was attached after a run was applied, and is passed by or met through the way its packets leave.
///
/// The plan was blocked where such a thing was there already (``PeerCheck``, ``GenericXDP``); so what is found now is new.
enum EgressDrift {
    static func lines(
        _ plan: PlanDocument, _ namespaces: [NetworkNamespace], _ snapshot: Snapshot, pinDirectory: String
    ) throws(MigrateError) -> [String] {
        guard plan.decision.egress != .mac else { return [] }
        let xdp = GenericXDP(links: snapshot.links, hooks: snapshot.hooks)
        let candidates = candidates(plan, snapshot.links)
        let isPeer = plan.decision.egress == .peer
        // Keys need not be read where there is nothing to find.
        guard isPeer || !xdp.met(candidates).all.isEmpty else { return [] }
        let devices = try members(candidates, plan, snapshot, pinDirectory)
        var lines = xdp.met(devices).all.map { "\($0.names): \($0.reason) sees packets that it did not see before" }
        guard isPeer else { return lines }
        var qdiscs: [Qdisc] = []
        for namespace in namespaces {
            qdiscs += try reading("qdiscs") { () throws(KernelError) in
                try namespace.run { () throws(KernelError) in
                    var socket = try NetlinkSocket()
                    return try socket.qdiscs(netns: namespace.identity.cookie)
                }
            }
        }
        let check = PeerCheck(links: snapshot.links, hooks: snapshot.hooks, filters: snapshot.filters, qdiscs: qdiscs)
        lines += check.skipped(devices).all.map { "\($0.names): egress peer skips \($0.reason)" }
        return lines
    }

    /// Paired devices beside the hooks, without those that are never redirected to.
    private static func candidates(_ plan: PlanDocument, _ links: [Link]) -> Set<DeviceKey> {
        let hooks = Dictionary(grouping: plan.decision.hooks, by: \.netns).mapValues { Set($0.map(\.ifindex)) }
        var devices = Set(
            links.filter { hooks[$0.netns] != nil && ($0.kind == "veth" || $0.kind == "netkit") && $0.master == nil }
                .map { DeviceKey(netns: $0.netns, ifindex: $0.ifindex) })
        devices.subtract(
            plan.decision.replacement.denied.map { DeviceKey(netns: $0.netns, ifindex: $0.ifindex) })
        // Nothing leaves where it came in.
        for (netns, inputs) in hooks where inputs.count == 1 {
            devices.subtract(inputs.map { DeviceKey(netns: netns, ifindex: $0) })
        }
        return devices
    }

    /// Those with a member behind them.
    private static func members(
        _ devices: Set<DeviceKey>, _ plan: PlanDocument, _ snapshot: Snapshot, _ pinDirectory: String
    ) throws(MigrateError) -> Set<DeviceKey> {
        switch plan.decision.membership {
        case .onLink: return devices
        case .enrolled:
            var enrolled: Set<DeviceKey> = []
            for netns in Set(plan.decision.hooks.map(\.netns)) {
                // A set that cannot be read is told by ``EnrolledState``; then every device counts.
                guard let members = try? EnrolledState.members(netns, pinDirectory: pinDirectory) else {
                    return devices
                }
                enrolled.formUnion(members.map { DeviceKey(netns: netns, ifindex: $0) })
            }
            return devices.intersection(enrolled)
        case .legacyKeys:
            let keys = try keys(plan)
            let holders = Set(snapshot.addresses.filter { keys.contains($0.address) }.map(\.netns))
            let members = snapshot.links.filter { link in link.peerNetns.map(holders.contains) ?? false }
            return devices.intersection(members.map { DeviceKey(netns: $0.netns, ifindex: $0.ifindex) })
        }
    }

    private static func keys(_ plan: PlanDocument) throws(MigrateError) -> Set<IPAddress> {
        var keys: Set<IPAddress> = []
        for map in plan.decision.maps {
            guard let layout = plan.decision.profile.maps.first(where: { $0.key == map.keys?.layout }) else { continue }
            try reading("the keys of \(map.pin)") { () throws(KernelError) in
                try BPFMap(id: map.id).forEachBatch { batch in
                    for target in layout.decode(batch) { if let target { keys.insert(target.address) } }
                    return true
                }
            }
        }
        return keys
    }
}
