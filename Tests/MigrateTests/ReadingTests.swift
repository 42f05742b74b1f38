import Model
import Testing

@testable import Lab

extension MigrateSuite {
    @Suite struct Reading {
        @Test func `show, history, report and status tell of one run before and after rollback`() throws {
            try withNode(pods: 1) { node in
                #expect(try DocumentShape(node.migrate("history", "-o", "json").stdout).count("runs") == 0)
                try node.migrate("report", exit: 12, code: .noRun)
                let path = try node.plan()
                let plan = try node.document(path)
                // Before apply, whose own plan of the same id is the newer document.
                try expectShown(node, path, plan)
                let run = try node.apply(path)
                try expectShown(node, run)
                let status = try DocumentShape(try node.migrate("status", "-o", "json").stdout)
                #expect(
                    Set([
                        "format_version", "kind", "state", "run_id", "next", "drift", "widened", "leftovers",
                        "counters",
                    ])
                    .subtracting(status.keys()) == [])
                #expect(status.text("kind") == "status" && status.text("state") == "committed")
                #expect(status.text("run_id") == run.runID && status.keys("counters").count > 3)

                try node.rollback()
                let report = try DocumentShape(try node.migrate("report", "--format", "json", run.runID).stdout)
                #expect(report.text("kind") == "report" && report.unsortedKeys == [] && report.unusualKeys == [])
                #expect(
                    report.text("run.state") == "rolled-back" && report.value("run.proof.identical") as? Bool == true)
                #expect(report.count("journal") >= 6 && report.text("plan.plan_id") == plan.planID)
                let text = try node.migrate("report").stdout
                #expect(text.contains(run.runID) && text.contains("identical"), "\(text)")
                #expect(!text.contains("\u{1b}["), "colour without a terminal")
                let history = try DocumentShape(try node.migrate("history", "-o", "json").stdout)
                #expect(history.count("runs") == 1 && history.text("runs.0.state") == "rolled-back")
                #expect(try node.migrate("history").stdout.contains(run.runID))
            }
        }

        private func expectShown(_ node: Node, _ path: String, _ plan: PlanDocument) throws {
            let written = try TextFile.read(path)
            for what in [path, plan.planID, String(plan.planID.prefix(10))] {
                #expect(try node.migrate("show", "-o", "json", what).stdout == written, "\(what)")
            }
            #expect(try node.migrate("show", "-o", "json", "-", input: written).stdout == written)
            let snapshot = try DocumentShape(try node.migrate("show", "-o", "json", plan.snapshotID).stdout)
            #expect(snapshot.text("id") == plan.snapshotID || snapshot.text("snapshot_id") == plan.snapshotID)
            #expect(snapshot.text("kind") == "snapshot" && snapshot.text("format_version") == documentFormatVersion)
            #expect(try node.migrate("show", plan.snapshotID).stdout.contains(plan.snapshotID))
            #expect(try node.migrate("show", path).stdout.contains(Identifier.short(plan.planID)))
            try node.migrate("show", "r-none", exit: 65, code: .unknownID)
            try node.migrate("show", "p-0123", exit: 65, code: .unknownID)
            try node.migrate("show", "s-0123", exit: 65, code: .unknownID)
            // What the errors name is there to be found.
            #expect(try node.migrate("history").stdout.contains("\n\(Identifier.short(plan.planID))"))
            let history = try DocumentShape(try node.migrate("history", "-o", "json").stdout)
            #expect(history.text("plans.0.id") == plan.planID)
            try node.migrate("show", "/nonexistent", exit: 65, code: .unreadablePlan)
            // Why a file is no plan is said as it is.
            let empty = "\(node.scratch)/empty"
            try node.sh(": > \(empty)")
            for (name, says) in [
                ("/nonexistent", "No such file or directory"), (node.scratch, "Is a directory"),
                (empty, "the file is empty"), ("r-c3ca", "the id of a run"),
                (plan.snapshotID, "the id of a snapshot"),
            ] {
                let refused = try node.migrate(
                    "apply", "--node", Node.name, "--confirm-within", "none", name, exit: 65, code: .unreadablePlan)
                #expect(refused.stderr.contains(says), "\(refused)")
            }
            let piped = try node.migrate("show", "-", exit: 65, code: .unreadablePlan)
            #expect(piped.stderr.contains("standard input is empty"))
        }

        private func expectShown(_ node: Node, _ run: RunDocument) throws {
            let shown = try DocumentShape(try node.migrate("show", "-o", "json", run.runID).stdout)
            #expect(shown.text("kind") == "run" && shown.text("state") == "committed")
            #expect(try node.migrate("show", String(run.runID.prefix(8))).stdout.contains("Committed"))
        }

        @Test func `the database and its directory are root's alone`() throws {
            try withNode(pods: 1) { node in
                try node.plan()
                let modes = try node.sh("stat -c '%a %u' \(node.scratch)/state \(node.database)")
                #expect(modes == "700 0\n600 0\n")
                // A copy of the one file is complete.
                #expect(try node.sh("ls \(node.scratch)/state") == "migrate.db\n")
                try node.sh("chmod 777 \(node.scratch)/state")
                try node.migrate("status", exit: 77, code: .badStateDirectory)
                try node.sh("chmod 700 \(node.scratch)/state; ln -s \(node.scratch)/state \(node.scratch)/link")
                let linked = try node.run([
                    try Programs.migrate, "plan", "--private-bpffs", "--db", "\(node.scratch)/link/migrate.db",
                ])
                node.expect(linked, exit: 77, code: .badStateDirectory)
            }
        }

        @Test func `history prune keeps every run and the last ten snapshots`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                try node.rollback()
                for _ in 0..<12 { try node.migrate("plan", "--membership", "on-link") }
                try node.migrate("history", "prune")
                let counted = try node.sh("sqlite3 \(node.database) 'SELECT count(*) FROM snapshots'")
                #expect((Int(counted.dropLast()) ?? 99) <= 11)
                #expect(try node.migrate("report", run.runID).stdout.contains(run.runID))
            }
        }
    }
}
