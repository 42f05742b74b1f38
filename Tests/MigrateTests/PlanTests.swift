import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    @Suite struct Plan {
        @Test func `preflight finds a lab ready`() throws {
            try withNode(pods: 1) { node in
                let text = try node.migrate("preflight").stdout
                #expect(text.contains("This machine is ready."), "\(text)")
                #expect(
                    text.contains("ok  kernel: \(try node.sh("printf %s $(uname -r)")); the oldest that was tried"),
                    "\(text)")
                let shape = try DocumentShape(try node.migrate("preflight", "-o", "json").stdout)
                #expect(shape.text("kind") == "preflight" && shape.text("format_version") == "1.0")
                #expect(shape.count("checks") >= 12)
                for what in ["bpf_timer on CLOCK_BOOTTIME", "bpf_jiffies64", "BPF_CMPXCHG of 64 bits", "bpf_tail_call"]
                {
                    #expect(text.contains(what), "\(text)")
                }
                // Only --private-bpffs makes the lab's own bpffs acceptable.
                let result = try node.run([try Programs.migrate, "preflight", "--db", node.database])
                node.expect(result, exit: 10, code: nil)
            }
        }

        @Test func `a plan carries every key of the contract, sorted and in snake case`() throws {
            try withNode(faults: true) { node in
                let shape = try DocumentShape(
                    try node.migrate("plan", "--membership", "on-link", "-o", "json", exit: 10).stdout)
                #expect(shape.text("kind") == "plan" && shape.text("format_version") == "1.0")
                #expect(shape.text("plan_id")?.wholeMatch(of: #/p-[0-9a-f]{64}/#) != nil)
                #expect(shape.text("snapshot_id")?.hasPrefix("s-") == true)
                let top: Set = [
                    "format_version", "kind", "plan_id", "node", "profile", "snapshot_id", "maps", "verdicts",
                    "effects",
                    "entries", "entries_total", "membership", "hooks", "steps", "blockers", "warnings", "equivalence",
                    "break_glass",
                ]
                #expect(top.subtracting(shape.keys()) == [])
                let parts: [(path: String, keys: Set<String>)] = [
                    ("node", ["name", "machine_id", "boot_id", "kernel", "netns"]),
                    ("node.netns", ["cookie", "inode"]),
                    ("maps.0", ["id", "name", "pin", "type", "key_size", "value_size", "entries", "max_entries"]),
                    ("entries.0", ["address", "legacy", "kernel", "verdict", "effect", "note"]),
                    ("entries.0.legacy", ["ifindex", "mac"]), ("entries.0.kernel", ["lookup"]),
                    ("membership", ["chosen", "widened", "lost"]),
                    ("membership.widened.0", ["address", "interface", "why"]),
                    (
                        "hooks.0",
                        [
                            "netns", "interface", "ifindex", "kind", "direction", "priority", "handle", "chain",
                            "protocol",
                            "program", "action", "why",
                        ]
                    ),
                    ("hooks.0.program", ["id", "name", "tag"]), ("blockers.0", ["code", "message", "remedy"]),
                    ("warnings.0", ["code", "message", "remedy"]), ("equivalence", ["ran", "cases", "differences"]),
                ]
                for part in parts { #expect(part.keys.subtracting(shape.keys(part.path)) == [], "\(part.path)") }
                #expect(shape.text("node.name") == Node.name)
                #expect(shape.unusualKeys == [])
                #expect(shape.unsortedKeys == [])
                let canonical = try node.migrate("plan", "--membership", "on-link", "-o", "json", "--stream", exit: 10)
                #expect(canonical.stdout.split(separator: "\n").count == 1)
                #expect(try DocumentShape(canonical.stdout).unsortedKeys == [])
            }
        }

        @Test func `every fault has its verdict, and the broken entry blocks`() throws {
            try withNode(faults: true) { node in
                let path = try node.plan(exit: 10)
                let plan = try node.document(path)
                var status = stat()
                #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
                #expect(
                    plan.verdicts == [
                        "match": 2, "stale-interface": 1, "mac-mismatch": 1, "unresolved-neighbor": 1, "via-gateway": 2,
                    ] || plan.verdicts["via-gateway"] == 1, "\(plan.verdicts)")
                #expect(plan.effects == ["same": 3, "healed": 2, "broken": 1, "gone": 1], "\(plan.effects)")
                #expect(plan.entriesTotal == 7 && plan.entries.count == 7 - (plan.verdicts["match"] ?? 0))
                #expect(plan.blockers.map(\.code) == ["MIG1301"], "\(plan.blockers)")
                let broken = try node.lab.pod("broken").address
                #expect(plan.entries.first { $0.address == broken }?.effect == .broken)
                #expect(plan.blockers.first?.message.contains("\(broken)") == true)
                #expect(plan.hooks.filter { $0.action == .replace }.map(\.interface) == [node.proxyInterface])
                // The blocked plan is kept all the same.
                try node.migrate("show", plan.planID)
                let all = try node.migrate("plan", "--membership", "on-link", "--all-entries", "-o", "json", exit: 10)
                #expect(try DocumentShape(all.stdout).count("entries") == 7)
                // A blocker is worse than a difference.
                try node.migrate("plan", "--membership", "on-link", "--detailed-exitcode", exit: 10)
                try node.lab.mend()
                try node.migrate("plan", "--membership", "on-link", "--detailed-exitcode", exit: 2)
                try node.migrate("plan", "--membership", "on-link")
            }
        }

        @Test func `a healthy node has no differences, and --no-save keeps nothing`() throws {
            try withNode { node in
                try node.migrate("plan", "--membership", "on-link", "--no-save", "--detailed-exitcode")
                #expect(access(node.database, F_OK) != 0, "a database was made")
                let plain = try node.document(try node.plan())
                #expect(plain.verdicts == ["match": 2] && plain.entries.isEmpty && plain.blockers.isEmpty)
                let unenrolled = try node.lab.pod("plain").address
                #expect(plain.membership.widened.map(\.address).contains(unenrolled), "\(plain.membership)")
                let keys = try node.document(try node.plan("keys.json", membership: .legacyKeys))
                #expect(keys.membership.widened.isEmpty && keys.planID != plain.planID)
            }
        }

        @Test func `the id names the decision: entries do not change it, another program does`() throws {
            try withNode { node in
                let first = try node.document(try node.plan()).planID
                let map = AmbientMap.pin("app_info")
                try node.sh("bpftool map delete pinned \(map) key 10 9 0 12")
                #expect(try node.document(try node.plan()).entriesTotal == 1)
                #expect(try node.document(try node.plan()).planID == first)
                try node.attachLegacyProgramAnew()
                #expect(try node.document(try node.plan()).planID != first)
            }
        }
    }
}
