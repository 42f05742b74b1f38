import Inventory
import Lab
import Model
import TestSupport
import Testing

/// Planner and loader against the real kernel, in a lab whose network each test bends into shape.
///
/// What this kernel cannot show: a VRF slave and an Open vSwitch port (no such modules), a device that is down
/// to its hardware's offload. The pure tests of Inventory cover those.
@Suite(.requires(.root), .requires(.bpffs), .serialized) struct ScenarioSuite {}

extension PlanOutcome {
    func finding(_ address: IPAddress) throws -> Finding {
        try #require(findings.first { $0.address == address }, "no finding for \(address)")
    }

    /// `verdict/effect`.
    func judged(_ address: IPAddress) throws -> String {
        let finding = try finding(address)
        return "\(finding.verdict.rawValue)/\(finding.effect.rawValue)"
    }

    func blocker(_ code: Code) -> PlanDocument.Blocker? { document.blockers.first { $0.code == code.text } }
    func warning(_ code: Code) -> PlanDocument.Blocker? { document.warnings.first { $0.code == code.text } }
}

extension TestNode {
    var pod1: LabPod { get throws { try lab.pod("pod1") } }
    var pod2: LabPod { get throws { try lab.pod("pod2") } }

    func entry(of pod: String) throws -> LabMapEntry {
        let address = try lab.pod(pod).address
        return try #require(try lab.entries().first { $0.address == address })
    }

    /// Changes the entry of a pod as a deployment that went wrong would.
    func changeEntry(of pod: String, _ change: (inout LabMapEntry) -> Void) throws {
        var entry = try entry(of: pod)
        change(&entry)
        try lab.setEntry(entry)
    }
}
