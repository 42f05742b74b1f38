import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    @Suite struct Signals {
        @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func `a signal before the flip undoes everything`(signal: CInt)
            throws
        {
            try withNode { node in
                let plan = try node.plan(acceptUnknown: true)
                try node.silence("pod2")
                let before = try node.state()
                let apply = try BackgroundCommand(node, try node.applyWords(plan))
                try node.waitForPhase("warm")
                apply.send(signal)
                #expect(try apply.wait() == 20, "\(apply.said)")
                #expect(apply.said.contains("[\(Code.interrupted.text)]"), "\(apply.said)")
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
                let run = try #require(
                    try DocumentShape(node.migrate("history", "-o", "json").stdout).text("runs.0.run_id"))
                let report = try DocumentShape(try node.migrate("report", "--format", "json", run).stdout)
                #expect(report.text("run.state") == "rolled-back" && report.text("run.reason") == "operator")
                #expect(report.value("run.proof.identical") as? Bool == true)
                // And the same plan may be applied afterwards.
                #expect(try node.apply(plan).changed)
                try node.rollback()
            }
        }

        @Test func `a reader that goes away breaks nothing`() throws {
            try withNode { node in
                let all =
                    (Node.environment()
                    + (try node.words(["plan", "--membership", "on-link", "-o", "json", "--all-entries"])))
                    .joined(separator: " ")
                try node.sh("{ \(all); echo $? > \(node.scratch)/status; } | head -1 > \(node.scratch)/head")
                #expect(try TextFile.read("\(node.scratch)/head") == "{\n")
                #expect(try TextFile.read("\(node.scratch)/status") == "0\n")
                let plan = try #require(
                    try node.migrate("history").stdout.firstMatch(of: /p-[0-9a-f]{12}/).map { String($0.output) })
                try node.migrate("show", String(plan.prefix(6)))
                // An id's beginning, and not a letter that the only plan has, too.
                try node.migrate("show", "p-", exit: 65, code: .unknownID)
                // Nor a change: its output has no reader at all.
                let before = try node.state()
                let apply = (Node.environment() + (try node.applyWords(plan))).joined(separator: " ")
                try node.sh("{ sleep 0.2; \(apply) 2>&1; echo $? > \(node.scratch)/status; } | true")
                #expect(try TextFile.read("\(node.scratch)/status") == "0\n")
                #expect(try node.status().state == "committed")
                let rollback = (Node.environment() + (try node.words(["rollback", "--node", Node.name]))).joined(
                    separator: " ")
                try node.sh("{ sleep 0.2; \(rollback) 2>&1; echo $? > \(node.scratch)/status; } | true")
                #expect(try TextFile.read("\(node.scratch)/status") == "0\n")
                #expect(try node.state() == before)
            }
        }

        @Test func `a disk that fills up while apply works undoes everything`() throws {
            try withNode { node in
                let plan = try node.plan(acceptUnknown: true)
                try node.silence("pod2")
                let before = try node.state()
                let state = "\(node.scratch)/state"
                try node.sh("mount -t tmpfs -o size=24m,mode=700 none \(state)")
                let apply = try BackgroundCommand(node, try node.applyWords(plan))
                try node.waitForPhase("warm")
                try node.sh(
                    "dd if=/dev/zero of=\(state)/fill bs=4k 2>/dev/null || true; echo >> \(state)/fill 2>/dev/null || true"
                )
                let status = try apply.wait()
                #expect(status == 74 || status == 20, "\(apply.said)")
                #expect(try node.state() == before, "\(apply.said)")
                try node.sh("rm \(state)/fill")
                // The journal may not know; rollback settles it.
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
                try node.sh("umount \(state)")
            }
        }

        @Test func `a destination that breaks while warming undoes everything`() throws {
            try withNode { node in
                let plan = try node.plan(acceptUnknown: true)
                try node.silence("pod2")
                let before = try node.state()
                let pod = try node.lab.pod("pod1")
                let apply = try BackgroundCommand(node, try node.applyWords(plan))
                try node.waitForPhase("warm")
                try node.sh("ip route del \(pod.address)/32")
                #expect(try apply.wait() == 20, "\(apply.said)")
                #expect(apply.said.contains("\(pod.address)"), "\(apply.said)")
                try node.sh("ip route add \(pod.address)/32 dev \(pod.interface) scope link")
                #expect(try node.state().split(separator: "\n").sorted() == before.split(separator: "\n").sorted())
                #expect(try node.status().state == "idle")
            }
        }
    }
}
