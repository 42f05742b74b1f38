import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// The set of enrolled interfaces, through the built binary.
    @Suite struct EnrolledSets {
        @Test func `without --static-set blocked; the flag belongs to this membership`() throws {
            try withNode { node in
                let path = node.scratch + "/plan.json"
                let result = try node.run(
                    try node.words(["plan", "--membership", "enrolled", "--out", path]))
                node.expect(result, exit: 10, code: nil)
                #expect(result.stdout.contains("MIG1357") && result.stdout.contains("--static-set"))
                #expect(try node.document(path).blockers.map(\.code) == [Code.setNotKept.text])
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", path, exit: 10, code: .setNotKept)
                try node.refuses("plan", "--membership", "on-link", "--static-set", exit: 64, code: .usage)
            }
        }

        @Test func `plan compares the memberships, status tells what is left of the set`() throws {
            try withNode { node in
                let plain = try node.lab.pod("plain").address
                let plan = try node.plan(membership: .enrolled)
                let text = try node.migrate("show", plan).stdout
                #expect(text.contains("a set of 2 interfaces, room for 1024"))
                let compared = text.split(separator: "\n").drop { !$0.hasPrefix("Memberships compared:") }.prefix(5)
                    .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
                #expect(
                    compared.dropFirst() == [
                        "widened lost", "on-link 1 (\(plain)) 0", "* enrolled 0 0", "legacy-keys 0 0",
                    ])
                let run = try node.apply(plan)
                let pins = try node.sh("ls /sys/fs/bpf/migrate/\(run.runID)").split(separator: "\n").map(String.init)
                let netns = try node.document(plan).decision.netns
                #expect(pins == ["cell", "control", "enrolled_\(netns)", "legacy_0", "plain_0", "record", "slot_0"])
                let full = try #require(try node.status().enrolled)
                #expect(full.planned == 2 && full.left == 2 && full.pruned == [] && full.room == 1024)

                let pod = try node.lab.pod("pod1")
                try node.sh("ip link del \(pod.interface)")
                // A pod that ended is no drift.
                let left = try #require(try node.status().enrolled)
                #expect(left.left == 1 && left.pruned == ["pod1 (\(pod.ifindex))"] && left.prunedTotal == 1)
                let words = try node.migrate("status").stdout
                #expect(words.contains("1 of 2 left, room for 1024") && words.contains("gone: pod1 (\(pod.ifindex))"))

                // Without its pin the set is still the program's, and nobody can keep it any more.
                try node.sh("rm /sys/fs/bpf/migrate/\(run.runID)/enrolled_\(netns)")
                #expect(
                    try node.status(exit: 30).drift.contains {
                        $0.hasPrefix("the set of enrolled interfaces cannot be read")
                    })
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.sh("ls /sys/fs/bpf").contains("migrate") == false)
            }
        }

        @Test func `a member that moved is behind no interface of the set: drift, and the warning says what it means`()
            throws
        {
            try withNode(pods: 3) { node in
                let plan = try node.plan(membership: .enrolled)
                let warning = try #require(
                    try node.document(plan).warnings.first { $0.code == Code.setIsStatic.text })
                #expect(warning.message.contains("may let in only what the map delivers"))
                #expect(
                    warning.remedy.hasSuffix(
                        "migrate rollback --db \(node.database) --private-bpffs --node \(Node.name)"))
                #expect(try node.migrate("show", plan).stdout.contains(warning.remedy), "no option twice")
                try node.apply(plan)
                #expect(try node.status().drift == [])
                try node.lab.move("pod3")
                let pod = try node.lab.pod("pod3")
                let drift = try node.status(exit: 30).drift
                #expect(drift.count == 1, "\(drift)")
                #expect(drift.first?.hasPrefix("pod3-2 (\(pod.ifindex)) is not in the set") == true, "\(drift)")
                #expect(drift.first?.contains("\(pod.address)") == true)
                #expect(try node.rollback().proof?.identical == true)
            }
        }

        @Test func `foreign interfaces in the set count for nothing and are drift, and so is a set that is empty`()
            throws
        {
            try withNode { node in
                let plan = try node.plan(membership: .enrolled)
                let run = try node.apply(plan)
                let pin = "/sys/fs/bpf/migrate/\(run.runID)/enrolled_\(try node.document(plan).decision.netns)"
                func bytes(_ pod: String) throws -> String {
                    var left = try node.lab.pod(pod).ifindex
                    return (0..<4).map { _ in
                        defer { left >>= 8 }
                        return "\(left & 0xff)"
                    }.joined(separator: " ")
                }
                let plain = try bytes("plain")
                try node.sh("bpftool map update pinned \(pin) key \(plain) value \(plain)")
                try node.sh("ip link del pod1")
                let status = try node.status(exit: 30)
                let left = try #require(status.enrolled)
                #expect(left.planned == 2 && left.left == 1 && left.prunedTotal == 1)
                let foreign =
                    "the set of enrolled interfaces holds 1 that this run never put there: ifindex \(try node.lab.pod("plain").ifindex)"
                #expect(status.drift == [foreign])
                try node.sh("ip link del pod2")
                let empty = try node.status(exit: 30)
                #expect(empty.enrolled?.left == 0)
                #expect(
                    empty.drift == [foreign, "the set of enrolled interfaces holds none of the planned 2 any more"])
                try node.rollback()
            }
        }

        @Test func `--egress peer: a policy attached after the cut is skipped, and drift`() throws {
            try withNode { node in
                for pod in ["pod1", "pod2"] { try node.sh("tc filter del dev \(pod) egress") }
                let path = node.scratch + "/plan.json"
                node.expect(
                    try node.run(
                        try node.words(["plan", "--membership", "legacy-keys", "--egress", "peer", "--out", path])),
                    exit: 0, code: nil)
                try node.apply(path)
                #expect(try node.status().drift == [])
                let chain = "type filter hook egress device DEVICE priority 0; policy drop;"
                func policy(_ device: String) throws {
                    try node.sh(
                        "nft 'add table netdev \(device); add chain netdev \(device) out { \(chain.replacing("DEVICE", with: device)) }'"
                    )
                }
                try policy("plain")
                #expect(try node.status().drift == [], "nothing is redirected there")
                try policy("pod1")
                #expect(
                    try node.status(exit: 30).drift == ["pod1: egress peer skips nftables netdev pod1/out (egress)"])
                try node.rollback()
            }
        }

        @Test func `rollback --from-pins takes the set away as well`() throws {
            try withNode(pods: 1) { node in
                try node.apply(try node.plan(membership: .enrolled))
                try node.sh("rm \(node.database)*")
                let back = try node.rollback("--from-pins")
                #expect(back.state == .rolledBack && back.proof?.identical == true)
                #expect(try node.sh("ls /sys/fs/bpf").contains("migrate") == false)
            }
        }

        @Test func `--egress peer is refused where a program at the pods' egress would be skipped`() throws {
            try withNode(pods: 1) { node in
                let result = try node.run(try node.words(["plan", "--egress", "peer"]))
                node.expect(result, exit: 10, code: nil)
                #expect(result.stdout.contains("MIG1359") && result.stdout.contains("app_inbound"))
                #expect(result.stdout.contains("egress       peer: asked for with --egress peer, and blocked: "))
            }
        }
    }
}
