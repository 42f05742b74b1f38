import Inventory
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// The decision is what is approved: it follows the node's programs and places, not the map's contents.
    @Suite struct Decisions {
        @Test(arguments: Membership.allCases) func `entries come and go, the plan id stays`(_ membership: Membership)
            throws
        {
            try withNode { node in
                let first = try node.plan(membership).document
                let entry = try node.entry(of: "pod1")
                for round in 1...5 {
                    if round % 2 == 1 { try node.lab.removeEntry(entry) } else { try node.lab.setEntry(entry) }
                    try node.lab.setEntry(
                        LabMapEntry(address: .v4(0x0a09_0100 + UInt32(round)), ifindex: 9999, mac: entry.mac))
                    let again = try node.plan(membership).document
                    #expect(again.planID == first.planID)
                    #expect(again.decision.changes(to: first.decision) == [])
                    #expect(again.snapshotID != first.snapshotID && again.digest != first.digest)
                }
            }
        }

        @Test func `a new pod changes nothing that was approved`() throws {
            try withNode { node in
                let first = try node.plan().document
                try node.sh(
                    "ip link add late type veth peer name eth9 netns pod2; ip link set late up; ip route add 10.9.0.99 dev late"
                )
                #expect(try node.plan().document.planID == first.planID)
            }
        }

        @Test func `another program in the slot is named with both ids`() throws {
            try withNode { node in
                let first = try node.plan().document
                // The same program, loaded again by an agent that restarted.
                let pin = try node.pinned("app_outbound")
                try node.sh("tc filter replace dev hz ingress prio 1 handle 1 bpf direct-action object-pinned \(pin)")
                let now = try node.plan().document
                #expect(now.planID != first.planID)
                let legacy = try #require(first.decision.hooks.first?.program)
                #expect(
                    first.decision.changes(to: now.decision).contains(
                        "hz clsact/ingress: program \(legacy.id) when planned, not there now."))
            }
        }

        @Test func `changed attributes, an interface to deny and a second hook are named`() throws {
            try withNode { node in
                let first = try node.plan().document
                let pin = try node.pinned("ztunnel_host_ingress")
                try node.sh(
                    "tc filter replace dev hz ingress prio 1 handle 1 bpf direct-action object-pinned \(pin) classid 1:2"
                )
                try node.sh("ip route add 10.50.0.0/16 dev pod2")
                try node.addSecondProxy()
                let now = try node.plan().document
                let lines = first.decision.changes(to: now.decision)
                #expect(lines.contains("hz clsact/ingress: the filter's attributes changed."))
                #expect(
                    lines.contains {
                        $0.contains("interfaces not redirected to: gw0 ")
                            && $0.contains("pod2 (has the on-link network 10.50.0.0/16) now.")
                    })
                let legacy = try #require(first.decision.hooks.first?.program)
                #expect(lines.contains("hz2 clsact/ingress: not there when planned, program \(legacy.id) now."))
                // The steps follow from the rest.
                #expect(!lines.contains { $0.hasPrefix("steps:") })
            }
        }

        @Test func `another membership is another decision`() throws {
            try withNode { node in
                let keys = try node.plan(.legacyKeys).document
                let onLink = try node.plan(.onLink).document
                #expect(keys.planID != onLink.planID)
                #expect(
                    keys.decision.changes(to: onLink.decision).first
                        == "membership: legacy-keys when planned, on-link now.")
                // `auto` that comes to the same is the same.
                #expect(try node.plan().document.planID == keys.planID)
            }
        }
    }
}
