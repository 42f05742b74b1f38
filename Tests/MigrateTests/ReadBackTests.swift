import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// What is said of a hook was read from it, and when.
    @Suite struct ReadBack {
        /// `apply` waits while it warms; meanwhile the agent starts again.
        @Test func `the agent takes the slot during apply: its program is named, and nothing is called identical`()
            throws
        {
            try withNode { node in
                let plan = try node.plan(acceptUnknown: true)
                let legacy = try node.slot().program
                try node.silence("pod2")
                let apply = try BackgroundCommand(node, try node.applyWords(plan) + ["-o", "json", "-q"])
                try node.waitForPhase("warm")
                try node.attachLegacyProgramAnew()
                let now = try node.slot().program
                #expect(now != legacy)
                // The switch was in the slot by then: what the agent put over it is left to it, and is a residue.
                #expect(try apply.wait() == 22, "\(apply.said)")
                let id = try #require(
                    try DocumentShape(node.migrate("history", "-o", "json").stdout).text("runs.0.run_id"))
                for shown in ["show", "report"] {
                    let more = shown == "report" ? ["--format", "json"] : ["-o", "json"]
                    let result = try node.run(try node.words([shown] + more + [id]))
                    let shape = try DocumentShape(result.stdout)
                    let run = shown == "report" ? "run." : ""
                    #expect(shape.value("\(run)proof.identical") as? Bool == false, "\(result)")
                    #expect(shape.text("\(run)hooks.0.standing") == "differs")
                    #expect(shape.value("\(run)hooks.0.before.id") as? Int == Int(legacy))
                    #expect(shape.value("\(run)hooks.0.after.id") as? Int == Int(now))
                    let others = try #require(shape.text("\(run)proof.differences.0"))
                    #expect(others.contains("\(legacy)") && others.contains("program \(now) "), "\(others)")
                }
                #expect(apply.said.contains("\"standing\" : \"differs\"") && !apply.said.contains("proven identical"))
                #expect(try node.slot().program == now && node.status(exit: 30).state == "residual")
                try node.rollback("--force-drift")
                #expect(try node.slot().program == now && node.status().state == "idle")
            }
        }

        @Test func `rollback of a settled run looks again, and tells then from now`() throws {
            try withNode(pods: 1) { node in
                let legacy = try node.slot().program
                try node.apply(try node.plan())
                let first = try node.rollback()
                let then = try #require(first.proof?.at)
                #expect(first.now == nil && first.hooks.map(\.standing) == [.asBefore])

                let again = try node.rollback()
                #expect(!again.changed && again.proof?.at == then && again.proof?.identical == true)
                #expect(again.now?.isAsBefore == true && again.hooks.map(\.after?.id) == [legacy])

                try node.attachLegacyProgramAnew()
                let now = try node.slot().program
                let moved = try node.rollback()
                #expect(moved.proof?.identical == true && moved.proof?.at == then)
                #expect(moved.now?.hooks.map(\.standing) == [.others] && moved.hooks.map(\.after?.id) == [now])
                let text = try node.migrate("rollback", "--node", Node.name).stdout
                #expect(
                    text.contains("Proven then:") && text.contains("1 hook as before, proven identical. Now: 0 hooks"))
                #expect(text.contains("holds program \(now) "), "\(text)")
            }
        }

        @Test func `apply that was killed: status says so, and ends with 30`() throws {
            try withNode { node in
                let before = try node.state()
                let plan = try node.plan(acceptUnknown: true)
                try node.silence("pod2")
                let apply = try BackgroundCommand(node, try node.applyWords(plan))
                try node.waitForPhase("warm")
                apply.send(SIGKILL)
                #expect(try apply.wait() == 137)
                let status = try node.status(exit: 30)
                let id = try #require(status.runID)
                #expect(status.state == "installing" && status.drift == [] && status.leftovers == [])
                let command = try #require(status.next?.command)
                #expect(command.hasPrefix("migrate resume ") && command.contains(id), "\(command)")
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.state() == before && node.status().state == "idle")
            }
        }

        @Test(arguments: ["full", "damaged", "directory"])
        func `the database cannot be read: status goes by the pins`(how: String) throws {
            try withNode(pods: 1) { node in
                let spoil = { () throws -> Void in
                    let state = "\(node.scratch)/state"
                    switch how {
                    case "damaged": try node.sh("head -c 20000 /dev/urandom > \(node.database)")
                    case "directory": try node.sh("chmod 0777 \(state)")
                    default:
                        // As after a kill: the log is beside the file, and its index cannot be made.
                        try node.sh(
                            "cp -a \(state) \(state).copy; mount -t tmpfs -o size=24m,mode=700 none \(state); cp \(state).copy/migrate.db \(state) || true; dd if=/dev/zero of=\(state)/fill bs=4k 2>/dev/null || true"
                        )
                    }
                }
                let plan = try node.plan()
                try spoil()
                // Pins and hooks are quiet; that the journal is, nobody can say.
                let idle = try node.run(try node.words(["status"]))
                #expect([74, 77].contains(idle.status) && idle.stdout.isEmpty, "\(idle)")
                if how == "full" { try node.sh("umount \(node.scratch)/state") }
                try node.sh("rm -rf \(node.scratch)/state; mkdir -m 0700 \(node.scratch)/state")
                let run = try node.apply(plan)
                try spoil()
                let status = try node.status(exit: 30)
                #expect(status.state == "committed" && status.notRead?.count == 1, "by its pins: \(status)")
                #expect(status.leftovers.contains { $0.contains(run.runID) })
                let command = try #require(status.next?.command)
                #expect(command.contains("--from-pins \(run.runID)"))
                let back = try node.rollback("--from-pins")
                #expect(back.proof?.identical == true && back.proof?.notCompared?.count == 1)
                if how == "full" { try node.sh("umount \(node.scratch)/state") }
            }
        }

        @Test func `what others changed was compared, or it is said that it was not`() throws {
            try withNode(pods: 1) { node in
                try node.apply(try node.plan())
                #expect(try node.rollback().proof?.notCompared == [])
                try node.apply(try node.plan())
                // A plan that cannot be read is no plan without changes.
                try node.sh("sqlite3 \(node.database) \"UPDATE plans SET document = '{}'\"")
                let back = try node.rollback()
                #expect(back.proof?.identical == true && back.proof?.changedByOthers == [])
                #expect(back.proof?.notCompared?.first?.contains("plan cannot be read") == true, "\(back)")
            }
        }

        @Test func `one hook's interface is gone: each line of the break glass stands by itself`() throws {
            try withNode(.fabric, pods: 3) { node in
                let plan = node.scratch + "/plan.json"
                let profile = try Programs.root + "/docs/examples/fabric.yaml"
                try node.migrate("plan", "--profile", profile, "--out", plan)
                let before = try ["pod1", "pod3"].map { try node.sh("tc -d filter show dev \($0) ingress") }
                let run = try node.runDocument(
                    try node.migrate(
                        "apply", "--profile", profile, "--node", Node.name, "--confirm-within", "none", "-o", "json",
                        plan))
                #expect(run.hooks.map(\.interface) == ["pod1", "pod2", "pod3"] && run.breakGlass.count == 5)
                let last = try #require(run.breakGlass.last)
                // Not before the hooks are back.
                let early = try node.run(["sh", "-c", last])
                #expect(early.status == 1 && early.stderr.contains("the pins stay"), "\(early)")
                try node.sh("ip link del pod2")
                let ends = try run.breakGlass.map { try node.run(["sh", "-c", $0]).status == 0 }
                #expect(ends == [true, true, false, true, true])
                let ids = { (text: String) in text.split(separator: " ").filter { UInt32($0) != nil } }
                let now = try ["pod1", "pod3"].map { try node.sh("tc -d filter show dev \($0) ingress") }
                #expect(now.map(ids) == before.map(ids))
                #expect(try !node.sh("ls /sys/fs/bpf").contains("migrate"))
            }
        }
    }
}
