import FoundationEssentials
import Kernel
import Model

/// Interfaces that came after a run was applied and that its program, whose deny list is constant, does not know.
public enum DenyListDrift {
    /// One line for each. Under legacy-keys only keys are redirected, and nothing new is.
    public static func lines(_ plan: PlanDocument, netnsPath: String?) throws(MigrateError) -> [String] {
        guard plan.decision.membership == .onLink else { return [] }
        let node = try reading("the node's network namespace") { () throws(KernelError) in
            if let netnsPath { return try NetworkNamespace(path: netnsPath) }
            return try .current()
        }
        var snapshot = Snapshot(
            id: "", takenAt: Date(),
            node: NodeIdentity(name: "", machineID: "", bootID: "", kernel: "", netns: node.identity), profile: "")
        let hooked = Set(plan.decision.hooks.map(\.netns))
        let namespaces = try NetworkReader(node: node).read(into: &snapshot).namespaces.filter {
            hooked.contains($0.identity.cookie)
        }
        try RoutingReader.read(namespaces, into: &snapshot)
        let topologies = Topology.all(snapshot, namespaces: namespaces.map(\.identity.cookie))
        let known = Set(plan.decision.replacement.denied.map { Place(netns: $0.netns, ifindex: $0.ifindex) })
        return namespaces.compactMap { topologies[$0.identity.cookie] }.flatMap { topology in
            let inputs = Set(plan.decision.hooks.filter { $0.netns == topology.node }.map(\.ifindex))
            let kinds = Set(topology.nodeLinks.filter { inputs.contains($0.ifindex) }.map(\.kind))
            return DenyList.make(topology, kinds: kinds, readsDevice: plan.decision.replacement.readsDevice)
        }
        .filter { !known.contains(Place(netns: $0.netns, ifindex: $0.ifindex)) }
        .map {
            "\($0.interface): \($0.why), and the run's program does not know: it may redirect to neighbors there"
        }
    }

    private struct Place: Hashable {
        var netns: UInt64
        var ifindex: UInt32
    }
}
