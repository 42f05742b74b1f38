import Foundation
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// A database that knows less than the pins, runs beside each other, and slots that others took.
    @Suite struct RollbackChoices {
        /// `apply` after a backup that knows only a rolled-back run; then the backup is put back.
        private func withBackup(
            _ body: (_ node: Node, _ before: String, _ old: RunDocument, _ new: RunDocument) throws -> Void
        ) throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let old = try node.apply(plan)
                try node.rollback()
                try node.sh("cp -a \(node.scratch)/state \(node.scratch)/backup")
                let new = try node.apply(plan)
                try node.sh("rm -r \(node.scratch)/state; cp -a \(node.scratch)/backup \(node.scratch)/state")
                try body(node, before, old, new)
            }
        }

        @Test func `a restored backup: it never says that nothing is left, and what it says restores`() throws {
            try withBackup { node, before, old, new in
                let slot = try node.slot()
                let refusal = try node.migrate("rollback", "--node", Node.name, exit: 13, code: .unknownRun)
                #expect(refusal.stderr.contains(new.runID), "\(refusal)")
                let named = try node.migrate("rollback", "--node", Node.name, old.runID)
                for said in [refusal, named] {
                    #expect(!(said.stdout + said.stderr).contains("nothing is left to undo"), "\(said)")
                }
                #expect(try node.slot() == slot)
                // As printed.
                let command = try #require(node.command(after: "Undo it from the pins:", in: refusal.stderr))
                try node.shell(command)
                #expect(try node.state() == before)
            }
        }

        @Test(arguments: [false, true]) func `a restored backup: the run by its id, and from the pins`(named: Bool)
            throws
        {
            try withBackup { node, before, _, new in
                let words = ["--from-pins"] + (named ? [new.runID] : [])
                let result = try node.run(try node.words(["rollback", "--node", Node.name, "-o", "json"] + words))
                node.expect(result, exit: 0, code: nil)
                #expect(try node.runDocument(result).proof?.identical == true)
                #expect(try node.state() == before)
                let settled = try node.migrate("rollback", "--node", Node.name)
                #expect(settled.stdout.contains("nothing is left to undo"))
            }
        }

        @Test func `recorded as rolled back, and yet its pins are there: the pins decide`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let run = try node.apply(try node.plan())
                try node.sh("sqlite3 \(node.database) \"UPDATE runs SET state = 'rolled-back'\"")
                let back = try node.rollback()
                #expect(back.runID == run.runID && back.changed && back.proof?.identical == true)
                #expect(try node.state() == before)
            }
        }

        /// The agent took the first run's slot, and the second run took it from there.
        @Test func `two committed runs: one command each, the later one first`() throws {
            try withNode(pods: 1) { node in
                let first = try node.apply(try node.plan())
                try node.attachLegacyProgramAnew()
                let between = try node.slot()
                let second = try node.apply(try node.plan("again.json"))
                let status = try node.status(exit: 30)
                #expect(status.runID == second.runID && status.others.contains { $0.contains(first.runID) })
                let back = try node.rollback()
                #expect(back.runID == second.runID && back.proof?.identical == true)
                #expect(try node.slot() == between)
                // Its slot is that of the agent now; what it replaced comes back by hand, and then exactly.
                let held = try node.rollback(exit: 22)
                #expect(held.runID == first.runID && held.state == .residual)
                try node.sh(first.breakGlass[1])
                let last = try node.rollback()
                #expect(last.runID == first.runID && last.proof?.identical == true)
                #expect(try node.status().state == "idle")
            }
        }

        @Test func `a slot that others took: closed only where that is asked for`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                try node.attachLegacyProgramAnew()
                let slot = try node.slot()
                #expect(try node.rollback(exit: 22).state == .residual)
                #expect(try node.sh("ls /sys/fs/bpf/migrate").contains(run.runID))
                let closed = try node.rollback("--force-drift")
                #expect(closed.runID == run.runID && closed.state == .rolledBack && !closed.changed)
                #expect(closed.proof?.changedByOthers.contains { $0.contains("\(slot.program)") } == true)
                #expect(try node.slot() == slot)
                #expect(try !node.sh("ls /sys/fs/bpf").contains("migrate"))
                #expect(try node.status().state == "idle")
                let next = try node.apply(try node.plan("next.json"))
                #expect(next.changed && next.state == .committed)
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.slot() == slot)
            }
        }

        @Test func `a filter that others removed: closed by the same flag`() throws {
            try withNode(pods: 1) { node in
                try node.apply(try node.plan())
                try node.sh("tc filter del dev \(node.proxyInterface) ingress")
                #expect(try node.rollback(exit: 22).state == .residual)
                let closed = try node.rollback("--force-drift")
                #expect(closed.state == .rolledBack && closed.proof?.changedByOthers.isEmpty == false)
                #expect(try !node.sh("ls /sys/fs/bpf").contains("migrate"))
            }
        }
    }
}
