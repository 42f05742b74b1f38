import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// The shadow in the slot, met at single system calls.
    @Suite(.requires(.strace)) struct SlotShadowSteps {
        /// Which calls of that name, counted from 1, have `word` among their arguments.
        private func steps(
            _ node: Node, _ call: String, _ word: String, _ words: [String]
        ) throws -> [Int] {
            let log = "\(node.scratch)/steps"
            #expect(try node.run(["strace", "-o", log, "-e", "trace=\(call)"] + words).status == 0)
            let lines = try TextFile.read(log).split(separator: "\n").filter { $0.hasPrefix("\(call)(") }
            return lines.indices.filter { word.isEmpty || lines[$0].contains(word) }.map { $0 + 1 }
        }

        private func injecting(_ call: String, _ what: String, at index: Int) -> [String] {
            ["strace", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(call):\(what):when=\(index)"]
        }

        /// Every commit to the journal, every pin that comes and every pin that goes is a step; every second one is
        /// played, and each in the long form.
        @Test(arguments: [("fdatasync", ""), ("bpf", "BPF_OBJ_PIN"), ("unlinkat", "")])
        func `killed at every step, it is cleared by one command`(call: String, word: String) throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let (before, slot) = try (node.state(), node.slot())
                let words = try node.shadowWords(plan, "1s", ["--in-slot"])
                let steps = try steps(node, call, word, words)
                #expect(steps.count >= 4, "\(call) \(steps)")
                try node.lab.underTraffic("killed at \(steps.count) steps, \(call)") {
                    for index in LongForm.rows(of: steps, oneIn: 2, "\(call) of a shadow, killed") {
                        let killed = try node.run(injecting(call, "signal=SIGKILL", at: index) + words)
                        #expect(killed.status == 137, "\(killed)")
                        let state = try node.run(try node.words(["status", "-o", "json"]))
                        let status = try JSON.decode(StatusDocument.self, from: Array(state.stdout.utf8))
                        #expect(["idle", "shadow"].contains(status.state) && status.drift == [], "\(index): \(status)")
                        let cleared = try node.run(try node.words(["rollback", "--node", Node.name]))
                        #expect([0, 12].contains(cleared.status), "\(index): \(cleared)")
                        #expect(try node.state() == before && node.slot() == slot, "\(index) of \(steps)")
                        #expect(try node.status().state == "idle", "\(index)")
                    }
                }
            }
        }

        /// A kernel before Linux 6.6 answers the query of a tcx list so: it knows no such attach type.
        @Test func `where the kernel knows no tcx it goes into the slot by itself`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let words = try node.shadowWords(plan, "1s", ["-o", "json"])
                let query = try #require(try steps(node, "bpf", "BPF_PROG_QUERY", words).first)
                let result = try node.run(injecting("bpf", "error=EINVAL", at: query) + words)
                #expect(result.status == 0 && result.stderr.contains("[\(Code.shadowNeedsTCX.text)]"), "\(result)")
                let shadow = try node.shadow(result)
                #expect(shadow.way == .slot && shadow.proof?.identical == true, "\(shadow)")
                #expect(try node.state() == before)
            }
        }
    }
}
