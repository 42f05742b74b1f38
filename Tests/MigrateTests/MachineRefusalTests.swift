import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Refusals that come from the machine: rights, bpffs, maps, profile.
    @Suite struct MachineRefusals {
        @Test func `nobody may not`() throws {
            try withNode(pods: 1) { node in
                // The program may lie where nobody may go: it is mounted where everybody may, inside the lab.
                try node.sh("mount -t tmpfs -o mode=755 none /mnt; touch /mnt/migrate")
                try node.sh("mount --bind \(try Programs.migrate) /mnt/migrate")
                let before = try node.state()
                for verb in [
                    ["preflight"], ["plan"], ["status"], ["explain", "10.9.0.11"],
                    ["apply", "--node", Node.name, "--confirm-within", "none", "x"],
                    ["rollback", "--node", Node.name],
                ] {
                    let result = try node.run(
                        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/mnt/migrate"] + verb)
                    node.expect(result, exit: 77, code: .needsRoot)
                }
                // A database of root's that may be seen: it is not the file that is read-only.
                try node.plan()
                try node.sh("chmod 0755 \(node.scratch) \(node.scratch)/state")
                let history = try node.run(
                    ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/mnt/migrate", "history"]
                        + ["--db", node.database])
                node.expect(history, exit: 77, code: .needsRoot)
                #expect(try node.state() == before)
                try node.sh("umount /mnt/migrate; umount /mnt")
            }
        }

        @Test func `a bpffs that is none, or not the host's`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try node.refuses("plan", "--bpffs", node.scratch, exit: 10, code: .noBPFFS)
                try node.refuses("plan", "--bpffs", "/nonexistent", exit: 10, code: .noBPFFS)
                try node.refuses("status", "--bpffs", node.scratch, exit: 10, code: .noBPFFS)
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", "--bpffs", node.scratch, plan, exit: 10,
                    code: .noBPFFS)
                try node.refuses("rollback", "--node", Node.name, "--bpffs", node.scratch, exit: 10, code: .noBPFFS)
                // Without the consent the plan is printed, with its blocker.
                let words = [
                    try Programs.migrate, "plan", "--db", node.database, "--membership", "on-link", "-o", "json",
                ]
                let result = try node.run(words)
                node.expect(result, exit: 10, code: nil)
                #expect(try DocumentShape(result.stdout).text("blockers.0.code") == Code.privateBPFFS.text)
                // The consent comes from the command line only.
                let hoped = try node.run(words, environment: ["MIGRATE_PRIVATE_BPFFS": "1"])
                node.expect(hoped, exit: 10, code: nil)
            }
        }

        /// A mount namespace with a bpffs of its own, whose pins end with it, is not taken for the host's; the one of process 1 is.
        @Test func `a container's own bpffs is refused, by plan and by apply`() throws {
            try withNode(pods: 1) { node in
                let path = try node.plan()
                let migrate = try Programs.migrate
                let common = "--db \(node.database)"
                let plan = "\(migrate) plan --no-save -o json --membership on-link \(common)"
                let apply = "\(migrate) apply --node \(Node.name) --confirm-within none \(common) \(path)"
                let map = try node.sh("bpftool map show pinned /sys/fs/bpf/ambient/app_info").prefix { $0 != ":" }
                let before = try node.state()
                // Process 1 of a PID namespace stands for the host's.
                try TextFile.replace(
                    "\(node.scratch)/container",
                    with: """
                        mount -t bpf none /sys/fs/bpf; mkdir /sys/fs/bpf/ambient
                        bpftool map pin id \(map) /sys/fs/bpf/ambient/app_info
                        \(plan) > inside.json; \(apply) > applied 2>&1; echo $?; ls /sys/fs/bpf | grep -v debug
                        """)
                let result = try node.sh(
                    """
                    cd \(node.scratch)
                    unshare --mount --pid --fork --mount-proc sh -c '\(plan) > outside.json; unshare --mount sh container'
                    """)
                #expect(result == "10\nambient\n", "what apply ended with, and what is pinned then")
                func blockers(_ name: String) throws -> [PlanDocument.Blocker] {
                    try node.document("\(node.scratch)/\(name).json").blockers
                }
                #expect(try blockers("outside").isEmpty)
                let inside = try blockers("inside")
                #expect(inside.map(\.code) == [Code.privateBPFFS.text])
                #expect(inside[0].message.contains("is not the one that process 1 sees"), "\(inside)")
                #expect(try node.sh("cat \(node.scratch)/applied").contains("[\(Code.privateBPFFS.text)]"))
                #expect(try node.state() == before)
            }
        }

        @Test func `a deployment that is not here, or not as the profile says`() throws {
            try withNode(pods: 1) { node in
                let other = "/mnt"
                try node.sh("mount -t bpf none \(other)")
                try node.refuses("plan", "--bpffs", other, exit: 69, code: .notHere)
                try node.refuses("plan", "--bpffs", other, "--profile", "istio-ambient", exit: 69, code: .notHere)
                let pin = "\(other)/ambient/app_info"
                let shapes = [
                    "type hash key 16 value 12", "type hash key 4 value 8", "type array key 4 value 12",
                    "type lru_hash key 8 value 12",
                ]
                try node.sh("mkdir \(other)/ambient")
                for shape in shapes {
                    try node.sh("bpftool map create \(pin) \(shape) entries 8 name app_info")
                    try node.refuses("plan", "--bpffs", other, exit: 65, code: .layout)
                    try node.sh("rm \(pin)")
                }
                try node.sh("bpftool prog pin id \(try node.program("app_inbound")) \(pin)")
                try node.refuses("plan", "--bpffs", other, exit: 65, code: .layout)
                try node.sh("rm \(pin); umount \(other)")
            }
        }

        @Test func `a profile that cannot be used is named by its line`() throws {
            try withNode(pods: 1) { node in
                let good = try #require(BuiltInProfiles.sources.first).yaml
                let cases: [(text: String, says: String)] = [
                    (good.replacing("family: ipv4", with: "family: ipx"), ":7:"),
                    (good.replacing("members: enrolled", with: "membres: enrolled"), ":4:"),
                    (good.replacing("pin: ambient/app_info", with: "pin: ../app_info"), ":6:"),
                    ("maps: [", "not YAML"), ("", "empty"),
                ]
                for (index, profile) in cases.enumerated() {
                    let path = "\(node.scratch)/profile\(index).yaml"
                    try TextFile.replace(path, with: profile.text)
                    try node.refuses("plan", "--profile", path, exit: 78, code: .badProfile)
                    let words = try node.migrate("plan", "--profile", path, exit: 78).stderr
                    #expect(words.contains(profile.says) && words.contains(path), "\(words)")
                }
                try node.refuses("plan", "--profile", "no-such-profile", exit: 78, code: .badProfile)
                try node.refuses("plan", "--profile", "\(node.scratch)/none.yaml", exit: 78, code: .badProfile)
                // A copy of the built-in one works, and applies when it is named again.
                let copy = "\(node.scratch)/copy.yaml"
                try TextFile.replace(copy, with: good)
                try node.migrate("plan", "--profile", copy, "--membership", "on-link")
            }
        }

        @Test func `another node's name`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try node.refuses("plan", "--node", "node-b", exit: 12, code: .wrongNode)
                try node.refuses(
                    "apply", "--node", "node-b", "--confirm-within", "none", plan, exit: 12, code: .wrongNode)
                try node.refuses("rollback", "--node", "node-b", exit: 12, code: .wrongNode)
                let words = try node.migrate("rollback", "--node", "node-b", exit: 12).stderr
                #expect(words.contains(Node.name) && words.contains("acts on the machine it runs on"), "\(words)")
                try node.migrate("plan", "--node", Node.name, "--membership", "on-link")
            }
        }
    }
}
