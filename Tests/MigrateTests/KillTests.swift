import Glibc
import Model
import Testing
import TestSupport

@testable import Lab

extension MigrateSuite {
    /// SIGKILL cannot be held back: what a killed apply leaves must always be undone by one command.
    @Suite struct Kills {
        /// One command brings back what was there: `rollback`, and without a database the pins.
        private func settle(_ node: Node, _ before: String, fromPins: Bool, _ moment: String) throws {
            let pins = try node.sh("ls /sys/fs/bpf/migrate 2>/dev/null || true")
            let verb = ["rollback", "--node", Node.name, "-o", "json"] + (fromPins ? ["--from-pins"] : [])
            let result = try node.run(try node.words(verb))
            if result.stdout.contains("\"kind\" : \"run\"") {
                let document = try node.runDocument(result)
                // Killed before the first pin: no hook is known, and none is claimed to be identical.
                let isBack = document.proof?.identical == true || document.proof?.hooks == []
                #expect(result.status == 0 && isBack, "\(moment): \(result)")
            } else {
                // Nothing had begun: there is no run, and nothing to undo.
                #expect(result.status == 12 && pins.isEmpty, "\(moment): \(result)")
            }
            #expect(try node.state() == before, "\(moment)")
            // A run that only the database knows of is settled by a second command.
            if fromPins { _ = try node.run(try node.words(["rollback", "--node", Node.name])) }
            #expect(try node.status().state == "idle", "\(moment)")
        }

        @Test(arguments: [false, true]) func `killed at any moment, apply is undone by rollback`(fromPins: Bool) throws
        {
            try withNode { node in
                let plan = try node.plan()
                let before = try node.state()
                let began = ContinuousClock.now
                try node.apply(plan)
                let whole = Int(began.duration(to: .now) / .milliseconds(1))
                try node.rollback()
                for round in 0..<(LongForm.isAsked ? 12 : 6) {
                    let apply = try BackgroundCommand(node, try node.applyWords(plan))
                    let moment = Int.random(in: 0...whole)
                    usleep(UInt32(moment) * 1000)
                    apply.send(SIGKILL)
                    let status = try apply.wait()
                    #expect(status == 137 || status == 0, "\(apply.said)")
                    try settle(node, before, fromPins: fromPins, "round \(round), after \(moment) of \(whole) ms")
                }
            }
        }

        /// Every commit to the journal and every pin is a step; killed in the middle of every second one, and of each
        /// in the long form.
        @Test(
            .requires(.strace),
            arguments: [("fdatasync", false), ("mkdir", true), ("bpf-pin", false), ("bpf-pin", true)])
        func `killed at every step, apply is undone by rollback`(step: String, fromPins: Bool) throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let log = "\(node.scratch)/steps"
                let call = step == "bpf-pin" ? "bpf" : step
                _ = try node.run(["strace", "-o", log, "-e", "trace=\(call)"] + (try node.applyWords(plan)))
                try node.rollback()
                let lines = try TextFile.read(log).split(separator: "\n").filter { $0.hasPrefix("\(call)(") }
                let steps = lines.indices.filter { step != "bpf-pin" || lines[$0].contains("BPF_OBJ_PIN") }.map {
                    $0 + 1
                }
                #expect(steps.count >= 2, "\(steps)")
                for index in LongForm.rows(of: steps, oneIn: 2, "killed at \(step)") {
                    let result = try node.run(
                        [
                            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                            "inject=\(call):signal=SIGKILL:when=\(index)",
                        ]
                            + (try node.applyWords(plan)))
                    #expect(result.status == 137 || result.status == 0, "\(result)")
                    try settle(node, before, fromPins: fromPins, "\(step) \(index) of \(steps)")
                }
            }
        }

        @Test(.requires(.strace)) func `a rollback that is killed is finished by the next one`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let steps = ["fdatasync", "unlink", "rmdir"].flatMap { call in (1...5).map { (call, $0) } }
                for (call, index) in LongForm.rows(of: steps, oneIn: 2, "a rollback killed") {
                    try node.apply(plan)
                    let result = try node.run(
                        [
                            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                            "inject=\(call):signal=SIGKILL:when=\(index)",
                        ]
                            + (try node.words(["rollback", "--node", Node.name])))
                    #expect(result.status == 137 || result.status == 0, "\(result)")
                    try settle(node, before, fromPins: false, "rollback, \(call) \(index)")
                }
            }
        }
    }
}
