import FoundationEssentials
import Kernel
import Model

/// What changed in the network around a committed run and concerns it: interfaces and programs that came later.
public enum NetworkDrift {
    /// One line for each change. The network is read once, and only where something may follow from it.
    public static func lines(
        _ plan: PlanDocument, pinDirectory: String, netnsPath: String?
    ) throws(MigrateError) -> [String] {
        guard plan.decision.membership == .onLink || plan.decision.egress != .mac else { return [] }
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
        return try DenyListDrift.lines(plan, namespaces, &snapshot)
            + EgressDrift.lines(plan, namespaces, snapshot, pinDirectory: pinDirectory)
    }
}
