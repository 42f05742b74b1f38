import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// A run that was applied through another path to the same bpffs.
    @Suite struct OtherMounts {
        @Test(arguments: ["a second mount", "a link"]) func `pins are looked for where the bpffs is now`(how: String)
            throws
        {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let path = "\(node.scratch)/bpf", isMount = how == "a second mount"
                try node.sh(isMount ? "mkdir \(path); mount --bind /sys/fs/bpf \(path)" : "ln -s /sys/fs/bpf \(path)")
                let plan = "\(node.scratch)/plan.json"
                try node.migrate("plan", "--membership", "on-link", "--bpffs", path, "--out", plan)
                let words = [
                    "apply", "--node", Node.name, "--bpffs", path, "--confirm-within", "10m", "--detach", "-o", "json",
                    plan,
                ]
                let applied = try node.run(try node.words(words))
                node.expect(applied, exit: 0, code: nil)
                let run = try node.runDocument(applied)
                #expect(run.state == .provisional && run.breakGlass.last?.contains(path) == true, "\(run.breakGlass)")
                let there = try node.status()
                #expect(there.state == "provisional" && there.drift == [], "the recorded path holds: \(there)")
                try node.sh(isMount ? "umount \(path); rmdir \(path)" : "rm \(path)")
                let now = try node.status()
                #expect(now.state == "provisional" && now.drift == [] && now.leftovers == [], "\(now)")
                #expect((1...600).contains(now.confirmInSeconds ?? 0))
                let kept = try node.run(verb: "confirm")
                #expect(kept.state == .committed && kept.warnings == [], "\(kept.warnings)")
                #expect(kept.breakGlass.last?.contains("/sys/fs/bpf/migrate") == true, "\(kept.breakGlass)")
                #expect(try node.status().drift == [])
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.state() == before)
            }
        }
    }
}
