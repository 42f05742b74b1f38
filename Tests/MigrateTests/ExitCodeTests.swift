import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// The exit code is the same for every form of output: each verb, in each state that a node can be in.
    @Suite struct ExitCodes {
        /// Every form in which a result can be asked for.
        private static let forms: [[String]] = [
            [], ["-o", "text", "--no-color", "-v"], ["-q"], ["-o", "json"], ["-o", "json", "-q"], ["--stream"],
        ]

        /// Plays a verb, which changes nothing any more, once in each form.
        private func expect(
            _ exit: Int32, _ node: Node, _ verb: String..., sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            for form in Self.forms { try expect(exit, node, verb, in: form, sourceLocation: sourceLocation) }
        }

        private func expect(
            _ exit: Int32, _ node: Node, _ verb: [String], in form: [String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let result = try node.run(try node.words(verb + form))
            #expect(result.status == exit, "\(verb) \(form): \(result)", sourceLocation: sourceLocation)
            guard form.contains("json") || form.contains("--stream") else { return }
            // Whoever asks for JSON gets a document, whatever came of it; in a stream it is the last line.
            let lines = result.stdout.split(separator: "\n")
            let document = form.contains("--stream") ? lines.last.map(String.init) ?? "" : result.stdout
            let shape = try DocumentShape(document)
            #expect(shape.text("format_version") == "1.0", "\(verb) \(form): \(result)", sourceLocation: sourceLocation)
            if shape.text("kind") == "error" {
                #expect(shape.number("exit") == Int(exit), "\(result)", sourceLocation: sourceLocation)
            }
        }

        @Test func `before anything is recorded`() throws {
            try withNode(pods: 1) { node in
                for verb in ["preflight", "discover", "status", "history", "resume"] { try expect(0, node, verb) }
                try expect(0, node, "explain", "MIG1101")
                try expect(0, node, "explain", "\(node.lab.pods[0].address)")
                try expect(64, node, "explain", "10.9.0.400")
                for verb in ["confirm", "report"] { try expect(12, node, verb) }
                try expect(12, node, "extend", "--by", "1m")
                try expect(12, node, "canary", "5%")
                for verb in ["rollback", "abort", "finalize"] { try expect(12, node, verb, "--node", Node.name) }
                for verb in ["show", "diff"] { try expect(65, node, verb, "/nonexistent") }
                try expect(64, node, "rollback")
                try expect(64, node, "plan", "--no-such-option")
                try expect(64, node, "no-such-verb")
                try expect(12, node, "plan", "--node", "node-b")
                try expect(78, node, "plan", "--profile", "none")
                try expect(10, node, "plan", "--bpffs", "/tmp")
                try expect(0, node, "plan", "--no-save", "--membership", "on-link")
                try expect(0, node, "plan", "--no-save", "--membership", "on-link", "--detailed-exitcode")
            }
        }

        @Test func `with a plan that is blocked, and one that is stale`() throws {
            try withNode(pods: 1, faults: true) { node in
                let plan = try node.plan(exit: 10)
                try expect(10, node, "plan", "--no-save", "--membership", "on-link")
                try expect(0, node, "show", plan)
                try expect(10, node, "apply", "--node", Node.name, "--confirm-within", "none", plan)
            }
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try expect(0, node, "show", plan)
                try expect(0, node, "diff", plan)
                try node.attachLegacyProgramAnew()
                try expect(11, node, "apply", "--node", Node.name, "--confirm-within", "none", plan)
                try expect(11, node, "shadow", "--node", Node.name, "--duration", "1s", plan)
                try expect(12, node, "apply", "--node", "node-b", "--confirm-within", "none", plan)
            }
        }

        @Test func `while a run is open, and after it`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let other = try node.plan("other.json", membership: .legacyKeys)
                let run = try node.provisional(plan)
                try expect(0, node, "status")
                try expect(0, node, "show", run.runID)
                try expect(0, node, "apply", "--node", Node.name, "--detach", plan)
                try expect(13, node, "apply", "--node", Node.name, "--confirm-within", "none", other)
                try expect(0, node, "extend", "--by", "1s")
                try expect(12, node, "confirm", "r-0")
                for _ in 1...2 { try expect(0, node, "confirm") }
                try expect(0, node, "history")
                try expect(0, node, "audit", "verify")
                try expect(0, node, "audit", "head")
                try expect(40, node, "audit", "verify", "--expect-head", String(repeating: "0", count: 64))
                for format in ["text", "json", "html", "markdown", "junit", "prometheus"] {
                    node.expect(try node.run(try node.words(["report", "--format", format])), exit: 0, code: nil)
                    let none = try node.run(try node.words(["report", "r-0", "--format", format]))
                    node.expect(none, exit: 65, code: .unknownID)
                }
                try expect(0, node, "rollback", "--node", Node.name)
                try expect(0, node, "status")
                try expect(10, node, "confirm")
            }
        }

        @Test func `where somebody else took a hook: drift, a refusal, a residue`() throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let run = try node.provisional(try node.plan(membership: .legacyKeys))
                _ = try node.takeSecondProxy()
                try expect(30, node, "status")
                try expect(11, node, "confirm")
                try expect(0, node, "confirm", "--force-drift")
                try expect(30, node, "finalize", "--node", Node.name)
                try expect(22, node, "rollback", "--node", Node.name, run.runID)
                try node.attachLegacyProgramAnew()
                try node.sh("ip link del hz2; rm \(Node.foreignPin)")
            }
        }

        /// Each of these ends a run, so each form has a run of its own.
        @Test(arguments: forms) func `of a run that does not stay`(form: [String]) throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let apply = ["apply", "--node", Node.name]
                try expect(20, node, apply + ["--confirm-within", "1m", "--check", "false", plan], in: form)
                try expect(21, node, apply + ["--confirm-within", "1s", plan], in: form)
                try expect(0, node, apply + ["--confirm-within", "1s", "--detach", plan], in: form)
                node.wait(seconds: 1.5)
                try expect(30, node, ["status"], in: form)
                try expect(21, node, ["resume"], in: form)
                #expect(try node.state() == before)
            }
        }
    }
}
