import Model
import Testing

@testable import Lab

extension MigrateSuite {
    @Suite struct Settings {
        @Test func `flag over environment over file over default`() throws {
            try withNode(pods: 1) { node in
                let migrate = try Programs.migrate
                func exists(_ name: String) throws -> Bool {
                    try node.run(["test", "-e", "\(node.scratch)/\(name)"]).status == 0
                }
                try node.sh("install -d -m 0700 \(node.scratch)/env \(node.scratch)/flag")
                let plan = [migrate, "plan", "--private-bpffs", "--membership", "on-link"]
                let environment = ["MIGRATE_DB": "\(node.scratch)/env/a.db", "MIGRATE_OUTPUT": "json"]
                let byEnvironment = try node.run(plan, environment: environment)
                node.expect(byEnvironment, exit: 0, code: nil)
                #expect(byEnvironment.stdout.hasPrefix("{"))
                #expect(try exists("env/a.db"))
                let byFlag = try node.run(
                    plan + ["--db", "\(node.scratch)/flag/b.db", "-o", "text"], environment: environment)
                node.expect(byFlag, exit: 0, code: nil)
                #expect(byFlag.stdout.hasPrefix("Plan "))
                #expect(try exists("flag/b.db"))
                let bad = try node.run(plan + ["--no-save"], environment: ["MIGRATE_BPFFS": "/tmp"])
                node.expect(bad, exit: 10, code: .noBPFFS)
                let overridden = try node.run(
                    plan + ["--no-save", "--bpffs", "/sys/fs/bpf"], environment: ["MIGRATE_BPFFS": "/tmp"])
                node.expect(overridden, exit: 0, code: nil)
                let unknown = try node.run(plan + ["--no-save"], environment: ["MIGRATE_OUTPUT": "yaml"])
                node.expect(unknown, exit: 64, code: .usage)
            }
        }

        @Test func `what to plan, from the environment; what consents, never`() throws {
            try withNode(pods: 1) { node in
                func plan(_ words: [String] = [], _ environment: [String: String]) throws -> PlanDocument {
                    let result = try node.run(
                        try node.words(["plan", "--no-save", "-o", "json"] + words), environment: environment)
                    return try JSON.decode(PlanDocument.self, from: Array(result.stdout.utf8))
                }
                let said = [
                    "MIGRATE_MEMBERSHIP": "enrolled", "MIGRATE_STATIC_SET": "true", "MIGRATE_EGRESS": "mac",
                    "MIGRATE_ACCEPT_UNKNOWN": "1", "MIGRATE_ALL_ENTRIES": "yes", "MIGRATE_EQUIVALENCE": "true",
                    "MIGRATE_CUT": "direct",
                ]
                let all = try plan([], said)
                #expect(all.asked.membership == .enrolled && all.asked.staticSet == true && all.asked.egress == .mac)
                #expect(all.asked.cut == .direct && all.decision.cut == .direct)
                #expect(all.asked.acceptUnknown && all.entries.count == all.entriesTotal && all.equivalence.ran)
                // The flag is stronger, and a set that is accepted everywhere says nothing of another membership.
                let flagged = try plan(["--membership", "on-link", "--egress", "neigh", "--cut", "switch"], said)
                #expect(flagged.asked.membership == .onLink && flagged.asked.egress == .neigh)
                #expect(flagged.asked.staticSet == nil && flagged.asked.cut == .switch)
                let off = try plan(["--membership", "on-link"], ["MIGRATE_EQUIVALENCE": "0"])
                #expect(!off.equivalence.ran)
                for (name, value) in [
                    ("MEMBERSHIP", "none"), ("EGRESS", "veth"), ("CUT", "both"), ("ACCEPT_UNKNOWN", "maybe"),
                ] {
                    let bad = try node.migrate(
                        "plan", "--no-save", environment: ["MIGRATE_\(name)": value], exit: 64, code: .usage)
                    #expect(bad.stderr.contains("MIGRATE_\(name) says \(value)"), "\(bad)")
                }
                let unconsented = try node.run(
                    [try Programs.migrate, "plan", "--no-save", "--membership", "on-link"],
                    environment: ["MIGRATE_PRIVATE_BPFFS": "true"])
                node.expect(unconsented, exit: 10, code: nil)
                #expect(unconsented.stdout.contains(Code.privateBPFFS.text))
            }
        }

        @Test func `a stream is JSON`() throws {
            try withNode(pods: 1) { node in
                let lines = try node.migrate("plan", "--no-save", "--membership", "on-link", "--stream").stdout
                #expect(lines.split(separator: "\n").allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") }, "\(lines)")
                try node.migrate("plan", "--no-save", "--stream", "-o", "text", exit: 64, code: .usage)
            }
        }

        /// A file at /etc/migrate/config.yaml, seen inside the lab only.
        private func configure(_ node: Node, _ text: String) throws {
            try TextFile.replace("\(node.scratch)/config.yaml", with: text)
            try node.sh(
                """
                [ -e /etc/.of-the-lab ] || { mount -t tmpfs none /mnt; mkdir /mnt/migrate; touch /mnt/.of-the-lab
                    cp -a /etc/machine-id /etc/ld.so.cache /mnt/; mount --bind /mnt /etc; }
                cp \(node.scratch)/config.yaml /etc/migrate/config.yaml
                """)
        }

        @Test func `the configuration file`() throws {
            try withNode(pods: 1) { node in
                try node.sh("install -d -m 0700 \(node.scratch)/file")
                try configure(node, "db: \(node.scratch)/file/c.db\noutput: json\n")
                let plan = [try Programs.migrate, "plan", "--private-bpffs", "--membership", "on-link"]
                let byFile = try node.run(plan)
                node.expect(byFile, exit: 0, code: nil)
                #expect(byFile.stdout.hasPrefix("{"))
                #expect(try node.run(["test", "-e", "\(node.scratch)/file/c.db"]).status == 0)
                let byEnvironment = try node.run(plan, environment: ["MIGRATE_OUTPUT": "text"])
                #expect(byEnvironment.stdout.hasPrefix("Plan "))
                for (text, says) in [
                    ("dbb: x\n", "line 1"), ("db: x\nprivate-bpffs: true\n", "line 2"), ("- x\n", "mapping"),
                    ("a: [\n", "YAML"),
                ] {
                    try configure(node, text)
                    let result = try node.run(plan)
                    node.expect(result, exit: 78, code: .badConfiguration)
                    #expect(result.stderr.contains(says), "\(result)")
                }
            }
        }

        @Test func `nothing is read from the current directory`() throws {
            try withNode(pods: 1) { node in
                let output = try node.sh(
                    """
                    mkdir -p \(node.scratch)/here/etc/migrate; cd \(node.scratch)/here
                    echo 'nonsense: true' | tee config.yaml migrate.yaml .migrate.yaml > etc/migrate/config.yaml
                    echo nonsense > istio-ambient
                    \(try Programs.migrate) plan --private-bpffs --no-save --membership on-link --profile istio-ambient
                    ls
                    """)
                #expect(output.hasPrefix("Plan "))
            }
        }
    }
}
