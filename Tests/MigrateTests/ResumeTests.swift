import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// `resume` in every state that a run can be left in: by the kernel's word, never silent.
    @Suite struct Resuming {
        @Test func `cut off before the flip: undone`() throws {
            try withNode { node in
                let plan = try node.plan(acceptUnknown: true)
                try node.silence("pod2")
                let before = try node.state()
                let apply = try BackgroundCommand(node, try node.applyWords(plan))
                // The switches are in their slots by then, and hand every packet on.
                try node.waitForPhase("warm")
                apply.send(SIGKILL)
                #expect(try apply.wait() == 137)
                #expect(try node.state() != before)
                let run = try node.run(verb: "resume", exit: 20, code: .rolledBack)
                #expect(run.state == .rolledBack && run.reason == .failure && run.proof?.identical == true)
                #expect(try node.state() == before)
                let over = try node.run(verb: "resume", run.runID)
                #expect(over.state == .rolledBack && !over.changed)
            }
        }

        @Test func `in time: it waits as apply does, and ends with what is decided`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                for (verb, status) in [("confirm", Int32(0)), ("rollback", 20)] {
                    try node.provisional(plan)
                    let detached = try node.run(verb: "resume", "--detach")
                    #expect(detached.state == .provisional && !detached.changed)
                    // Each with a file of its own: what the last one said is no sign that this one waits.
                    let resume = try BackgroundCommand(node, try node.words(["resume"]), output: verb)
                    try node.waitForWord("is provisional", of: resume)
                    let decided = try node.run(
                        try node.words(verb == "confirm" ? [verb] : [verb, "--node", Node.name]))
                    #expect(decided.status == 0, "\(decided)")
                    // Nothing else would end it before the deadline.
                    if decided.status != 0 { resume.send(SIGINT) }
                    let ended = try resume.wait()
                    #expect(ended == status, "\(verb): \(ended) \(resume.said)")
                    if verb == "confirm" { try node.rollback() }
                    #expect(try node.state() == before)
                }
                try node.provisional(plan, within: "2s")
                let settled = try node.run(verb: "resume", exit: 21, code: .notConfirmed)
                #expect(settled.reason == .deadline && settled.proof?.identical == true)
                #expect(try node.state() == before)
            }
        }

        @Test func `confirmed, and the journal has not heard of it`() throws {
            try withNode(pods: 1) { node in
                let run = try node.provisional(try node.plan())
                _ = try node.run(verb: "confirm")
                for state in ["provisional", "installing"] {
                    try node.sh("sqlite3 \(node.database) \"UPDATE runs SET state = '\(state)'\"")
                    #expect(try node.status().state == "committed")
                    let found = try node.run(verb: state == "installing" ? "confirm" : "resume")
                    #expect(found.runID == run.runID && found.state == .committed && !found.changed)
                    #expect(try node.sh("sqlite3 \(node.database) 'SELECT state FROM runs'") == "committed\n")
                }
                try node.rollback()
            }
        }

        /// Killed at each of its durable writes in turn; whatever is left, one command ends it.
        @Test(.requires(.strace)) func `a rollback that was cut off is ended`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                for index in 1...7 {
                    try node.provisional(plan)
                    let result = try node.run(
                        [
                            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e",
                            "inject=fdatasync:signal=SIGKILL:when=\(index)",
                        ] + (try node.words(["rollback", "--node", Node.name])))
                    #expect(result.status == 137 || result.status == 0, "\(result)")
                    let words = try node.words(["resume", "--detach", "-o", "json"])
                    let resumed = try node.run(words)
                    let run = try node.runDocument(resumed)
                    if run.state == .provisional {
                        // It had not come to the cell.
                        #expect(resumed.status == 0 && index < 3, "\(index): \(resumed)")
                        try node.rollback()
                    } else {
                        #expect([0, 20].contains(resumed.status) && run.state == .rolledBack, "\(index): \(resumed)")
                    }
                    #expect(try node.state() == before, "\(index)")
                    #expect(try node.status().state == "idle", "\(index)")
                }
            }
        }

        @Test func `after a reboot it says so and closes the run`() throws {
            try withNode(pods: 1) { node in
                let run = try node.provisional(try node.plan())
                try node.sh("sqlite3 \(node.database) \"UPDATE runs SET boot_id = 'another'\"")
                let result = try node.migrate("resume", "-o", "json")
                let gone = try node.runDocument(result)
                #expect(gone.runID == run.runID && gone.state == .gone && gone.reason == .reboot)
                #expect(result.stderr.contains("went with the reboot"), "\(result)")
                let again = try node.run(verb: "resume", run.runID)
                #expect(again.state == .gone && !again.changed)
                // That was only said: here nothing was rebooted.
                #expect(try node.rollback("--from-pins").proof?.identical == true)
            }
        }

        /// Found by a power cut: `status` spoke of the finalized run for good, `resume` of the one before it.
        @Test func `after a reboot a finalized run is the one that is closed`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try node.provisional(plan)
                _ = try node.rollback()
                let run = try node.provisional(plan)
                _ = try node.run(verb: "confirm")
                #expect(try node.run(verb: "finalize", "--node", Node.name).state == .finalized)
                try node.attachLegacyProgramAnew()
                try node.sh("sqlite3 \(node.database) \"UPDATE runs SET boot_id = 'another'\"")
                let status = try node.status(exit: 30)
                #expect(status.state == "gone" && status.runID == run.runID)
                let closed = try node.run(verb: "resume")
                #expect(closed.runID == run.runID && closed.state == .gone && closed.reason == .reboot)
                #expect(try node.status().state == "idle")
            }
        }

        @Test func `mixed stays mixed until somebody looks`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.proxyFilters()
                let run = try node.provisional(plan, within: "1s")
                try node.attachLegacyProgramAnew()
                node.wait(seconds: 1)
                for _ in 0..<2 {
                    let left = try node.run(verb: "resume", exit: 22, code: .residue)
                    #expect(left.state == .residual && left.reason == .deadline)
                }
                try node.sh(
                    """
                    tc filter replace dev \(node.proxyInterface) ingress pref 1 handle 0x1 protocol all \
                        bpf direct-action object-pinned /sys/fs/bpf/migrate/\(run.runID)/legacy_0
                    """)
                let back = try node.run(verb: "resume", exit: 21, code: .notConfirmed)
                #expect(back.proof?.identical == true)
                #expect(try node.proxyFilters() == before)
            }
        }

        @Test func `pins that the database does not know`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let run = try node.provisional(try node.plan())
                try node.sh("install -d -m 0700 \(node.scratch)/other")
                for verb in [["resume"], ["confirm"], ["extend", "--by", "5m"], ["finalize", "--node", Node.name]] {
                    let words =
                        [try Programs.migrate] + verb + ["--private-bpffs", "--db", "\(node.scratch)/other/migrate.db"]
                    let result = try node.run(words)
                    node.expect(result, exit: 13, code: .unknownRun)
                    #expect(result.stderr.contains("--from-pins \(run.runID)"), "\(result)")
                }
                #expect(try node.status().state == "provisional")
                #expect(try node.rollback("--from-pins", run.runID).proof?.identical == true)
                #expect(try node.state() == before)
            }
        }
    }
}
