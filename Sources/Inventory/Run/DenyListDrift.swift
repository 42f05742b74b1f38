import Kernel
import Model

/// Interfaces that came after a run was applied and that its program, whose deny list is constant, does not know.
enum DenyListDrift {
    /// One line for each. Under legacy-keys only keys are redirected, and nothing new is.
    static func lines(
        _ plan: PlanDocument, _ namespaces: [NetworkNamespace], _ snapshot: inout Snapshot
    ) throws(MigrateError) -> [String] {
        guard plan.decision.membership == .onLink else { return [] }
        try RoutingReader.read(namespaces, into: &snapshot)
        let topologies = Topology.all(snapshot, namespaces: namespaces.map(\.identity.cookie))
        let known = Set(plan.decision.replacement.denied.map { DeviceKey(netns: $0.netns, ifindex: $0.ifindex) })
        return namespaces.compactMap { topologies[$0.identity.cookie] }.flatMap { topology in
            let inputs = Set(plan.decision.hooks.filter { $0.netns == topology.node }.map(\.ifindex))
            let kinds = Set(topology.nodeLinks.filter { inputs.contains($0.ifindex) }.map(\.kind))
            return DenyList.make(topology, kinds: kinds, readsDevice: plan.decision.replacement.readsDevice)
        }
        .filter { !known.contains(DeviceKey(netns: $0.netns, ifindex: $0.ifindex)) }
        .map {
            "\($0.interface): \($0.why), and the run's program does not know: it may redirect to neighbors there"
        }
    }
}
