import Kernel
import Model

/// How packets leave, in the operator's words.
enum EgressChoice {
    static func section(
        _ egress: Egress, features: RedirectFeatures, devices: Int, blockers: [PlanDocument.Blocker]
    ) -> PlanDocument.EgressSection {
        .init(chosen: egress, why: why(egress, features, devices, blockers))
    }

    private static func why(
        _ egress: Egress, _ features: RedirectFeatures, _ devices: Int, _ blockers: [PlanDocument.Blocker]
    ) -> String {
        switch egress {
        case .neigh:
            let lookup =
                features.skipsNeighbor
                ? "the lookup leaves the neighbor out" : "this kernel's lookup asks for the neighbor, too"
            return "the default: the kernel resolves, refreshes and queues; \(lookup)"
        case .mac:
            return "asked for with --egress mac: the FIB's MAC is written; what it does not know the kernel resolves"
        case .peer:
            let asked = "asked for with --egress peer"
            guard blockers.isEmpty else { return "\(asked), and blocked: \(blockers[0].message)" }
            let veths = devices == 1 ? "the one interface" : "the \(devices) interfaces"
            return "\(asked): nothing would be skipped on the host side of \(veths) packets leave by"
        }
    }
}
