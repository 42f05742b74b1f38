import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// A rule may select on the input interface: an entry counts as it fares at the worst hook.
    @Suite struct TwoHooks {
        @Test(arguments: ["hz", "hz2"])
        func `a rule for one hook's packets sends an entry to the wrong pod`(interface: String) throws {
            try withNode { node in
                try node.addSecondProxy()
                #expect(try node.plan().blocked == [])
                try node.sh(
                    """
                    ip rule add iif \(interface) lookup 100 priority 50
                    ip route add \(node.pod1.address) dev pod2 scope link table 100
                    """)
                let plan = try node.plan()
                let finding = try plan.finding(node.pod1.address)
                #expect(finding.effect == .broken && finding.kernel.interface == "pod2", "\(finding)")
                #expect(plan.blocked == [Code.brokenEntries.text])
                // The other pod is in no table but the main one.
                #expect(try plan.judged(node.pod2.address) == "match/same")
                #expect(plan.findings.count == Set(plan.findings.map(\.address)).count)
            }
        }

        @Test(arguments: ["hz", "hz2"])
        func `a rule for one hook's packets has no route for an entry`(interface: String) throws {
            try withNode { node in
                try node.addSecondProxy()
                try node.sh(
                    """
                    ip rule add iif \(interface) lookup 100 priority 50
                    ip route add unreachable \(node.pod1.address) table 100
                    """)
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "unreachable/broken")
                #expect(plan.blocked == [Code.brokenEntries.text])
            }
        }
    }

    /// Maps that the profile keeps are somebody else's: whatever they are, planning goes on.
    @Suite struct KeptMaps {
        @Test(arguments: [
            "percpu_hash key 4 value 256 entries 64", "percpu_array key 4 value 256 entries 8",
            "queue key 0 value 256 entries 8", "array key 4 value 4194304 entries 4",
        ])
        func `another map where a kept one was`(description: String) throws {
            try withNode { node in
                try node.sh(
                    """
                    rm /sys/fs/bpf/ambient/log_level
                    bpftool map create /sys/fs/bpf/ambient/log_level type \(description) name kept
                    """)
                let state = try StateScratch()
                let plan = try node.plan(in: state.store)
                #expect(plan.blocked == [])
                let record = try #require(plan.snapshot.maps.first { $0.pin == "ambient/log_level" })
                #expect(record.name == "kept" && record.entries == 0)
                let kept = try state.store.entries(snapshotID: plan.snapshot.id)
                #expect(kept.count >= 2 && !kept.contains { $0.mapID == record.id })
                #expect(try node.rollback(try node.mustApply(plan).runID).proof.identical)
            }
        }
    }
}
