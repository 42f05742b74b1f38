import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Somebody removed the record of a run that replaced every program.
    @Suite struct LostRecord {
        @Test func `the pinned program is attached elsewhere, ours in every slot: a residue, and the pins stay`() throws
        {
            try withNode(.fabric, pods: 4) { node in
                let profile = try Programs.root + "/docs/examples/fabric.yaml"
                let before = try node.state()
                let plan = node.scratch + "/plan.json"
                try node.migrate("plan", "--profile", profile, "--membership", "legacy-keys", "--out", plan)
                let run = try node.runDocument(
                    try node.migrate(
                        "apply", "--profile", profile, "--node", Node.name, "--confirm-within", "none", "-o", "json",
                        plan))
                #expect(run.hooks.count == 4)
                let pins = "/sys/fs/bpf/migrate/\(run.runID)"
                try node.sh(
                    """
                    ip link add extra type veth peer name extra2; ip link set extra up; tc qdisc add dev extra clsact
                    tc filter add dev extra ingress prio 10 handle 0x2a protocol all bpf da object-pinned \(pins)/legacy_0
                    rm \(pins)/record
                    """)
                let pinned = try node.sh("ls \(pins)")
                let held = try node.state()
                let lost = try node.rollback("--from-pins", exit: 22)
                let proof = try #require(lost.proof)
                // The cell was asked: packets take the legacy programs again, whatever the slots hold.
                #expect(lost.state == .residual && lost.changed && !proof.identical)
                let ours = try #require(run.hooks.first?.after)
                #expect(proof.differences.contains { $0.contains("our program \(ours.id) (\(ours.name)) is in ") })
                #expect(lost.next?.command.hasSuffix(" --node \(Node.name) \(run.runID)") == true)
                #expect(try node.sh("ls \(pins)") == pinned && node.state() == held)
                // The database still says what was there: the command as printed puts it back.
                let back = try node.rollback(run.runID)
                #expect(back.proof?.identical == true && back.hooks.count == 4)
                #expect(try node.sh("ls /sys/fs/bpf").contains("migrate") == false)
                try node.sh("ip link del extra")
                #expect(try node.state() == before)
            }
        }
    }
}
