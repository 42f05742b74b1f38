import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Signals to an apply that waits. The kernel keeps the deadline, whoever is still alive.
    @Suite struct WaitingSignals {
        @Test func `Ctrl-C takes the run back at once`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let apply = try node.waiting(plan)
                apply.send(SIGINT)
                #expect(try apply.wait() == 20, "\(apply.said)")
                #expect(apply.said.contains("[\(Code.rolledBack.text)]"), "\(apply.said)")
                #expect(try node.state() == before)
                let run = try #require(
                    try DocumentShape(node.migrate("history", "-o", "json").stdout).text("runs.0.run_id"))
                let report = try DocumentShape(try node.migrate("report", "--format", "json", run).stdout)
                #expect(report.text("run.state") == "rolled-back" && report.text("run.reason") == "operator")
                #expect(try node.status().state == "idle")
            }
        }

        /// With the lock held by somebody else the wish is kept until it is free.
        @Test func `Ctrl-C while another command has the lock`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let apply = try node.waiting(plan)
                let holder = try BackgroundCommand(node, ["flock", "/sys/fs/bpf", "sleep", "2"], output: "holder")
                node.wait(seconds: 0.3)
                apply.send(SIGINT)
                #expect(try apply.wait() == 20, "\(apply.said)")
                #expect(try holder.wait() == 0)
                #expect(try node.state() == before)
            }
        }

        @Test(arguments: [SIGTERM, SIGHUP])
        func `ended otherwise, the run stays provisional and can be confirmed`(signal: CInt) throws {
            try withNode(pods: 1) { node in
                let apply = try node.waiting(try node.plan())
                apply.send(signal)
                #expect(try apply.wait() == 128 + signal, "\(apply.said)")
                #expect(apply.said.contains("stays provisional") && apply.said.contains("migrate confirm"))
                #expect(apply.said.contains("[\(Code.leftProvisional.text)]"), "\(apply.said)")
                #expect(try node.status().state == "provisional")
                #expect(try node.run(verb: "confirm").state == .committed)
                try node.rollback()
            }
        }

        /// It never was provisional: no deadline takes it back.
        @Test func `a resume that waits for the lock says how the run stands when it is ended`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                try node.silence("pod1")
                let apply = try BackgroundCommand(node, try node.applyWords(plan))
                try node.waitForPhase("warm")
                apply.send(SIGKILL)
                #expect(try apply.wait() == 137)
                let holder = try BackgroundCommand(node, ["flock", "/sys/fs/bpf", "sleep", "4"], output: "holder")
                node.wait(seconds: 0.5)
                let resume = try BackgroundCommand(node, try node.words(["resume"]), output: "resume")
                node.wait(seconds: 1.5)
                resume.send(SIGTERM)
                #expect(try resume.wait() == 128 + SIGTERM, "\(resume.said)")
                #expect(resume.said.contains("is installing"), "\(resume.said)")
                #expect(!resume.said.contains("provisional") && !resume.said.contains("deadline"), "\(resume.said)")
                #expect(try holder.wait() == 0)
                try node.rollback()
                #expect(try node.state() == before)
            }
        }

        @Test(arguments: [SIGTERM, SIGHUP, SIGKILL])
        func `with no process alive the kernel takes it back at the deadline`(signal: CInt) throws {
            try withNode { node in
                let plan = try node.plan()
                let before = try node.state()
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1", "pod2"], seconds: 600))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                let apply = try node.waiting(plan, within: "3s")
                apply.send(signal)
                #expect(try apply.wait() == 128 + signal, "\(apply.said)")
                let ours = try node.slot().program
                node.wait(seconds: 3.2)
                // Our program is still in the slot, and hands every packet on.
                #expect(try node.slot().program == ours)
                let handedOn = try node.handedOn()
                node.wait(seconds: 0.3)
                #expect(try node.handedOn() > handedOn)
                let run = try node.run(verb: "resume", exit: 21, code: .notConfirmed)
                #expect(run.state == .rolledBack && run.reason == .deadline && run.proof?.identical == true)
                #expect(traffic.stop().isClean)
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
            }
        }
    }
}
