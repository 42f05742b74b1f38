import Model
import Testing

@testable import Lab

extension MigrateSuite {
    @Suite struct ApplyAndRollback {
        @Test(arguments: Membership.allCases)
        func `apply puts the replacement into the same slot and rollback puts back what was there`(
            membership: Membership
        ) throws {
            try withNode { node in
                let plan = try node.plan(membership: membership)
                let before = try (
                    slot: node.slot(), filters: node.proxyFilters(), others: node.stateOfOthers(), all: node.state()
                )
                let legacy = try node.program("ztunnel_host_ingress")
                #expect(before.slot.program == legacy)

                let run = try node.apply(plan)
                #expect(run.state == .committed && run.changed && run.share == 100)
                #expect(try run.runID.hasPrefix("r-") && run.planID == node.document(plan).planID)
                #expect(run.hooks.map(\.before?.id) == [legacy])
                let now = try node.slot()
                #expect(run.hooks.map(\.after?.id) == [now.program])
                #expect(now.program != legacy && now.place == before.slot.place)
                #expect(try node.stateOfOthers() == before.others)
                try expectMaps(of: node.plain(of: run.runID), membership, node)

                let again = try node.apply(plan)
                #expect(!again.changed && again.runID == run.runID && again.state == .committed)
                #expect(try node.slot() == now)
                #expect(try node.status().state == "committed")

                let back = try node.rollback()
                #expect(back.changed && back.state == .rolledBack && back.proof?.identical == true)
                #expect(
                    back.proof?.differences == [] && back.proof?.vanished == [] && back.proof?.changedByOthers == [])
                #expect(back.hooks.map(\.after?.id) == [legacy])
                #expect(try node.slot() == before.slot)
                #expect(try node.proxyFilters() == before.filters)
                #expect(try node.state() == before.all)
                #expect(try node.sh("ls /sys/fs/bpf").contains("migrate") == false)
                #expect(try node.status().state == "idle")
                let second = try node.rollback()
                #expect(!second.changed && second.state == .rolledBack && second.proof?.identical == true)
                #expect(try node.state() == before.all)
            }
        }

        /// Of the plain replacement: a switch, which goes with finalize, looks into the legacy maps to compare its two sides.
        ///
        /// on-link keeps no state at all; legacy-keys asks the legacy map for its keys and nothing else, enrolled its own set.
        private func expectMaps(of program: UInt32, _ membership: Membership, _ node: Node) throws {
            let maps = try node.maps(ofProgram: program)
            let keyed = maps.filter { $0.type.hasSuffix("hash") && !$0.name.contains("counters") }
            #expect(!maps.isEmpty)
            switch membership {
            case .onLink: #expect(keyed.isEmpty, "\(maps)")
            case .enrolled: #expect(keyed.map(\.name) == ["migrate_members"], "\(maps)")
            case .legacyKeys: #expect(try keyed.map(\.id) == [node.id(ofMap: "app_info")], "\(maps)")
            }
        }

        @Test func `a run document carries every key of the contract`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let result = try node.migrate(
                    "apply", "--node", Node.name, "--confirm-within", "none", "-o", "json", plan)
                let shape = try DocumentShape(result.stdout)
                _ = try node.runDocument(result)
                let keys: Set = [
                    "kind", "format_version", "run_id", "plan_id", "changed", "state", "share", "next", "hooks",
                    "break_glass", "timings",
                ]
                #expect(keys.subtracting(shape.keys()) == [])
                #expect(shape.text("kind") == "run" && shape.unsortedKeys == [] && shape.unusualKeys == [])
                #expect(["before", "after", "guarantee"].allSatisfy(shape.keys("hooks.0").contains))
                #expect(["id", "name", "tag"].allSatisfy(shape.keys("hooks.0.after").contains))
                #expect(shape.count("break_glass") == 3)
                #expect(shape.text("next.command")?.hasPrefix("migrate rollback") == true)
                let back = try DocumentShape(try node.migrate("rollback", "--node", Node.name, "-o", "json").stdout)
                #expect(
                    ["identical", "vanished", "differences", "changed_by_others"].allSatisfy(
                        back.keys("proof").contains))
            }
        }

        @Test func `a plan is taken by its id, and from standard input`() throws {
            try withNode(pods: 1) { node in
                let path = try node.plan()
                let text = try TextFile.read(path)
                let id = try node.document(path).planID
                try node.migrate("apply", "--node", Node.name, "--confirm-within", "none", String(id.prefix(14)))
                try node.rollback()
                // A socket, as the harness gives it, and a pipe, as a shell does.
                try node.migrate("apply", "--node", Node.name, "--confirm-within", "none", "-", input: text)
                try node.rollback()
                let words = try node.words(["apply", "--node", Node.name, "--confirm-within", "none", "-"])
                try node.sh("cat \(path) | \((Node.environment() + words).joined(separator: " "))")
                try node.rollback()
            }
        }

        @Test func `what others change meanwhile is told and left alone`() throws {
            try withNode { node in
                let run = try node.apply(try node.plan())
                let pod = try node.lab.pod("pod1").interface
                try node.sh("tc filter del dev \(pod) egress")
                let others = try node.stateOfOthers()
                let back = try node.rollback(run.runID)
                #expect(back.proof?.identical == true)
                #expect(
                    back.proof?.changedByOthers.contains { $0.contains(pod) } == true,
                    "\(String(describing: back.proof))")
                #expect(try node.stateOfOthers() == others)
            }
        }

        @Test func `a second writer is reported as drift and not fought`() throws {
            try withNode { node in
                let before = try node.proxyFilters()
                let run = try node.apply(try node.plan())
                try node.attachLegacyProgramAnew()
                let slot = try node.slot()
                let status = try node.status(exit: 30)
                #expect(status.state == "committed" && status.drift.count == 1, "\(status)")
                #expect(status.drift.first?.contains("\(slot.program)") == true)
                let back = try node.rollback(exit: 22)
                #expect(back.proof?.identical == false && back.state == .residual)
                #expect(back.proof?.differences.contains { $0.contains("\(slot.program)") } == true)
                #expect(try node.slot() == slot, "a foreign program was overwritten")
                #expect(try node.status(exit: 30).state == "residual")
                // The pins stay for whoever sorts it out: the first program is in nobody's slot.
                try node.sh(run.breakGlass[1])
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.proxyFilters() == before)
                #expect(try node.status().state == "idle")
            }
        }
    }
}
