import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Putting the node back without this program, or without its database.
    @Suite struct BreakGlassAndLoss {
        /// Runs the printed lines one by one, as they stand, in a shell that cannot find migrate.
        private func breakGlass(_ node: Node, _ run: RunDocument) throws {
            #expect(run.breakGlass.count == run.hooks.count + 2)
            let found = try node.run(["sh", "-c", "command -v migrate"])
            #expect(found.status != 0, "\(found)")
            for line in run.breakGlass {
                #expect(line.hasPrefix("# ") && line.split(separator: "\n").count == 2, "\(line)")
                let result = try node.run(["sh", "-c", line])
                #expect(result.status == 0, "\(result)")
            }
        }

        /// `tc` writes a name of its own into the filter; all else is compared.
        private func expectBack(_ node: Node, _ before: Node.Slot) throws {
            let now = try node.slot()
            #expect(now.place == before.place)
            #expect(now.options?.prog == before.options?.prog)
        }

        @Test func `the printed commands put the program back, without migrate and without its database`() throws {
            try withNode { node in
                let before = try (
                    slot: node.slot(), others: node.stateOfOthers(), pins: node.sh("find /sys/fs/bpf -type f | sort")
                )
                let run = try node.apply(try node.plan())
                try node.sh("rm -r \(node.scratch)/state; mkdir -m 0700 \(node.scratch)/state")
                try breakGlass(node, run)
                try expectBack(node, before.slot)
                #expect(try node.stateOfOthers() == before.others)
                #expect(try node.sh("find /sys/fs/bpf -type f | sort") == before.pins)
                #expect(try node.status().state == "idle")
                try node.migrate("rollback", "--node", Node.name, exit: 12, code: .noRun)
                try node.migrate("rollback", "--node", Node.name, "--from-pins", exit: 12, code: .noRun)
                // What is there is a legacy node again.
                try node.migrate("plan", "--membership", "on-link")
            }
        }

        @Test func `after the printed commands status says drift and rollback settles the run`() throws {
            try withNode { node in
                let before = try (slot: node.slot(), all: node.state())
                let run = try node.apply(try node.plan())
                try breakGlass(node, run)
                try expectBack(node, before.slot)
                let status = try node.status(exit: 30)
                #expect(status.state == "rolling-back" && !status.drift.isEmpty, "\(status)")
                let back = try node.rollback()
                #expect(back.proof?.identical == true)
                #expect(try node.state() == before.all, "the filter's name is back too")
                #expect(try node.status().state == "idle")
            }
        }

        /// Typed where the plan was made: beside the node's namespace, which was named by a path.
        @Test func `the printed commands of a plan enter the node's namespace, and lose nothing elsewhere`() throws {
            try withNode(pods: 1) { node in
                let path = "/run/netns/the-node", plan = "\(node.scratch)/plan.json"
                try node.sh("ip netns attach the-node $$")
                defer { _ = try? node.sh("ip netns del the-node") }
                func beside(_ words: [String]) throws -> CommandResult { try node.run(["unshare", "--net"] + words) }
                let before = try node.slot()
                let ends = try [
                    ["plan", "--membership", "on-link", "--out", plan],
                    ["apply", "--node", Node.name, "--confirm-within", "none", plan],
                ].map { try beside(try node.words($0 + ["--netns", path])) }
                #expect(ends.allSatisfy { $0.status == 0 }, "\(ends)")
                let commands = try node.document(plan).breakGlass
                // The cell is the same wherever it is asked from: it goes by the pins.
                for line in commands where !line.contains("/control ") {
                    let lost = try beside(["sh", "-c", line.replacing("nsenter --net=\(path) ", with: "")])
                    #expect(lost.status != 0 && line.contains("nsenter --net=\(path) "), "\(line)")
                }
                #expect(try node.sh("ls /sys/fs/bpf/migrate/r-*").contains("legacy_0"), "the only copy")
                for line in commands {
                    let result = try beside(["sh", "-c", line])
                    #expect(result.status == 0, "\(result)")
                }
                try expectBack(node, before)
                #expect(try node.rollback().proof?.identical == true)
            }
        }

        /// Somebody removed the pins: the only copy of the legacy program went with them.
        @Test func `the legacy program is freed: rollback says so, and how to go on`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                let (legacy, ours) = try (#require(run.hooks.first?.before?.id), #require(run.hooks.first?.after?.id))
                try node.sh("rm -r /sys/fs/bpf/migrate; rm -f /sys/fs/bpf/ambient/ztunnel_host_ingress")
                for _ in 0..<300 where BPFIdentifier.programExists(legacy) { usleep(10_000) }
                try #require(!BPFIdentifier.programExists(legacy), "something else holds the program")
                #expect(try node.status(exit: 30).drift.contains { $0.contains("freed program \(legacy)") })
                let result = try node.migrate("rollback", "--node", Node.name, exit: 22, code: .residue)
                #expect(!result.stderr.contains(Code.hookUnreached.text) && !result.stdout.contains("tc filter"))
                let back = try node.rollback(exit: 22)
                #expect(back.state == .residual && back.breakGlass == [] && back.hooks.map(\.standing) == [.ours])
                #expect(back.next?.command.contains("--force-drift") == true)
                try node.attachLegacyProgramAnew()
                #expect(try node.slot().program != ours)
                #expect(try node.rollback("--force-drift").state == .rolledBack)
                #expect(try node.status().state == "idle")
            }
        }

        @Test func `without a database rollback goes by the pins`() throws {
            try withNode { node in
                let before = try node.state()
                let run = try node.apply(try node.plan())
                try node.sh("rm -r \(node.scratch)/state; mkdir -m 0700 \(node.scratch)/state")
                let status = try node.status(exit: 30)
                #expect(status.state == "committed" && status.leftovers.contains { $0.contains(run.runID) })
                // An empty database knows nothing of the run: it is named, not guessed.
                try node.migrate("rollback", "--node", Node.name, exit: 13, code: .unknownRun)
                let back = try node.rollback("--from-pins")
                #expect(back.proof?.identical == true && back.runID == run.runID && back.changed)
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
            }
        }

        @Test func `a damaged database does not keep rollback from its work`() throws {
            try withNode { node in
                let before = try node.state()
                let run = try node.apply(try node.plan())
                try node.sh("head -c 20000 /dev/urandom > \(node.database)")
                let status = try node.migrate("status", exit: 30, code: .journalUnread)
                #expect(status.stdout.contains("--from-pins \(run.runID)"))
                let back = try node.rollback()
                #expect(back.proof?.identical == true && back.runID == run.runID)
                #expect(try node.state() == before)
            }
        }

        @Test(arguments: ["mount", "chattr"]) func `a read-only database stops apply and not rollback`(by way: String)
            throws
        {
            try withNode { node in
                let before = try node.state()
                let plan = try node.plan()
                let state = "\(node.scratch)/state"
                let lock =
                    way == "mount"
                    ? "mount --bind \(state) \(state); mount -o remount,bind,ro \(state)"
                    : "chattr +i \(state) \(state)/migrate.db"
                let unlock = way == "mount" ? "umount \(state)" : "chattr -i \(state) \(state)/migrate.db"
                let probe = try node.run(["sh", "-euc", lock])
                if probe.status != 0 { try Test.cancel("\(way) is not possible here: \(probe.stderr)") }
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", plan, exit: 74, code: .databaseReadOnly)
                try node.sh(unlock)
                let run = try node.apply(plan)
                try node.sh(lock)
                defer { _ = try? node.sh(unlock) }
                let back = try node.rollback()
                #expect(back.proof?.identical == true && back.runID == run.runID)
                #expect(try node.state() == before)
            }
        }

        @Test func `a full disk stops apply and not rollback`() throws {
            try withNode { node in
                let before = try node.state()
                let plan = try node.plan()
                let state = "\(node.scratch)/state"
                try node.sh("mount -t tmpfs -o size=24m,mode=700 none \(state)")
                let fill =
                    "dd if=/dev/zero of=\(state)/fill bs=4k 2>/dev/null || true; echo >> \(state)/fill 2>/dev/null || true"
                try node.sh(fill)
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", plan, exit: 74, code: .diskFull)
                try node.sh("rm \(state)/fill")
                let run = try node.apply(plan)
                try node.sh(fill)
                let back = try node.rollback()
                #expect(back.proof?.identical == true && back.runID == run.runID)
                #expect(try node.state() == before)
                // With room again the journal is brought up to date.
                try node.sh("rm \(state)/fill")
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.status().state == "idle")
                try node.sh("umount \(state)")
            }
        }
    }
}
