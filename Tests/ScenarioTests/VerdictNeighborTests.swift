import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Verdicts that follow from MAC and neighbor, once interface and route are right.
    @Suite struct NeighborVerdicts {
        @Test func `the map's MAC is wrong: mac-mismatch, healed`() throws {
            try withNode { node in
                try node.changeEntry(of: "pod1") { $0.mac = MACAddress(value: 0x0200_0000_0001) }
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "mac-mismatch/healed")
                #expect(plan.blocked == [])
            }
        }

        @Test(arguments: ["reachable", "stale"])
        func `the kernel's neighbor is wrong for now: neighbor-differs blocks`(nud: String) throws {
            try withNode { node in
                try node.sh("ip neigh replace \(node.pod1.address) lladdr 02:00:00:00:00:01 dev pod1 nud \(nud)")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "neighbor-differs/same")
                #expect(plan.blocked == [Code.neighborDiffers.text] && plan.blocked == ["MIG1310"])
                #expect(plan.warning(.neighborDiffers) == nil)
                let blocker = try #require(plan.blocker(.neighborDiffers))
                #expect(blocker.message.contains("53 s"))
                #expect(blocker.message.contains("\(try node.pod1.address)"))
                #expect(blocker.remedy.contains("ip neigh del \(try node.pod1.address) dev pod1"))
                // What it says helps.
                try node.sh("ip neigh del \(node.pod1.address) dev pod1")
                #expect(try node.plan().blocked == [])
            }
        }

        /// Nobody asks again for a permanent neighbor: the packets would go astray for ever.
        @Test func `a permanent neighbor that is wrong breaks`() throws {
            try withNode { node in
                try node.sh("ip neigh replace \(node.pod1.address) lladdr 02:00:00:00:00:01 dev pod1 nud permanent")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "neighbor-differs/broken")
                #expect(plan.blocked == [Code.brokenEntries.text, Code.neighborDiffers.text])
            }
        }

        @Test func `nobody answered: neighbor-failed, a warning`() throws {
            try withNode { node in
                try node.sh("ip neigh change \(node.pod1.address) dev pod1 nud failed")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "neighbor-failed/same")
                #expect(plan.warning(.neighborFailed)?.remedy.contains("ping") == true)
            }
        }

        @Test func `no neighbor yet: unresolved-neighbor, and planning resolves none`() throws {
            try withNode(faults: true) { node in
                let idle = try node.lab.pod("idle")
                for _ in 1...2 {
                    #expect(try node.plan().judged(idle.address) == "unresolved-neighbor/same")
                    #expect(try node.sh("ip neigh show \(idle.address)") == "")
                }
            }
        }
    }
}
