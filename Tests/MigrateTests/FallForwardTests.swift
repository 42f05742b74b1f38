import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// What is sent to the legacy programs and does not reach them is never called "on legacy".
    @Suite struct FallingForward {
        @Test func `a slot without its pin, before and after the deadline`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                try node.lab.underTraffic("a slot loses its pin") {
                    let run = try node.provisional(plan, within: "6s")
                    try node.sh("rm /sys/fs/bpf/migrate/\(run.runID)/slot_0")
                    let early = try node.status(exit: 30)
                    #expect(early.state == "provisional" && early.fellForward == true, "\(early)")
                    #expect(early.next?.command.contains("migrate rollback") == true, "\(early)")
                    let words = try node.migrate("status", exit: 30).stdout
                    #expect(words.contains("then packets fall forward"), "\(words)")
                    #expect(!words.contains("by themselves"), "\(words)")
                    node.wait(seconds: 7)
                    let late = try node.status(exit: 30)
                    #expect(late.state == "expired" && late.fellForward == true && late.share == 100, "\(late)")
                    #expect(late.counters["fell_forward", default: 0] > 10, "\(late)")
                    for verb in [["status"], ["show", run.runID]] {
                        let text = try node.run(try node.words(verb)).stdout
                        #expect(text.contains("packets fall forward"), "\(text)")
                        #expect(!text.contains("packets take the legacy programs"), "\(text)")
                    }
                    let back = try node.run(verb: "resume", exit: 21, code: .notConfirmed)
                    #expect(back.proof?.identical == true)
                }
                #expect(try node.state() == before)
            }
        }

        /// Without its control program nothing can confirm a run: then nobody is told to.
        @Test func `without its control program confirm is not offered, and what is offered works`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let run = try node.provisional(try node.plan())
                try node.sh("rm /sys/fs/bpf/migrate/\(run.runID)/control")
                let status = try node.status(exit: 30)
                #expect(status.state == "provisional" && status.next?.command.contains("rollback") == true, "\(status)")
                #expect(status.waitingFor?.contains("confirmation") == false, "\(status)")
                let refused = try node.migrate("confirm", exit: 10, code: .kernelRead)
                #expect(!refused.stderr.contains("preflight"), "\(refused)")
                try node.shell(try #require(node.command(after: "Look there:", in: refused.stderr)))
                try node.shell(try #require(node.command(after: "Take the run back:", in: refused.stderr)))
                #expect(try node.state() == before)
            }
        }
    }
}
