import Foundation
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// What differs, on a real node whose network is changed between two looks.
    @Suite struct Diffs {
        private func diff(
            _ node: Node, _ words: String..., exit: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
        ) throws -> DiffDocument {
            let result = try node.run(try node.words(["diff", "-o", "json", "--detailed-exitcode"] + words))
            node.expect(result, exit: exit, code: nil, sourceLocation: sourceLocation)
            let shape = try DocumentShape(result.stdout)
            #expect(shape.unsortedKeys == [], sourceLocation: sourceLocation)
            return try JSON.decode(DiffDocument.self, from: Array(result.stdout.utf8))
        }

        private func group(_ name: String, _ document: DiffDocument) throws -> DiffGroup {
            try #require(document.groups.first { $0.name == name }, "\(document.groups.map(\.name))")
        }

        private static let change = """
            ip route add 10.77.0.0/16 dev lo; ip link add extra0 type veth peer name extra1
            ip neigh add 10.9.7.7 lladdr 02:00:00:00:00:77 dev extra0 nud permanent
            tc filter add dev hz egress prio 5 handle 0x9 protocol all bpf da bytecode '1,6 0 0 0,'
            id=$(bpftool map show pinned /sys/fs/bpf/ambient/app_info | head -n1 | cut -d: -f1)
            bpftool map update id $id key 10 200 0 1 value 9 0 0 0 2 2 2 2 2 2 0 0
            """

        @Test func `a plan against the node as it is`() throws {
            try withNode(pods: 1) { node in
                let path = try node.plan()
                let snapshots = { try node.sh("sqlite3 \(node.database) 'SELECT count(*) FROM snapshots'") }
                let before = try snapshots()
                // IPv6 neighbors and addresses of the node's own interfaces come and go by themselves, and so do other
                // namespaces of the machine; nothing else does.
                let quiet = try unchanged(node, path)
                #expect(quiet.samePlan == true && quiet.decision == [])
                let still: Set = [
                    "node", "maps", "entries", "verdicts", "destinations", "rules", "widened", "blockers",
                ]
                #expect(still.isDisjoint(with: quiet.groups.map(\.name)), "\(quiet.groups)")
                try node.sh(Self.change)
                let changed = try diff(node, path, exit: 2)
                #expect(changed.before.source == .plan && changed.after.source == .node && !changed.same)
                #expect(changed.samePlan == true)
                #expect(try group("entries", changed).added.map(\.title) == ["ambient/app_info 10.200.0.1"])
                #expect(try group("destinations", changed).added.first?.attributes["verdict"] != nil)
                let hooks = try group("hooks", changed).added.map(\.title)
                #expect(hooks.contains { $0.hasPrefix("hz clsact/egress prio 5") && !$0.contains(" in ") }, "\(hooks)")
                #expect(try group("routes", changed).added.contains { $0.title.hasPrefix("10.77.0.0/16") })
                #expect(try group("links", changed).addedTotal >= 2)
                // Nothing was kept, and without --detailed-exitcode a difference is no failure.
                #expect(try snapshots() == before)
                let text = try node.migrate("diff", path).stdout
                #expect(text.contains("+ ambient/app_info 10.200.0.1") && text.contains("The plan id is the same."))
                // From a pipe, and by its id.
                let piped = try node.migrate("diff", "-", input: try TextFile.read(path)).stdout
                #expect(piped.contains("entries (1 added):"))
                #expect(try node.migrate("diff", changed.before.id ?? "").stdout.contains("entries (1 added):"))
            }
        }

        private func unchanged(_ node: Node, _ path: String) throws -> DiffDocument {
            let result = try node.run(try node.words(["diff", "-o", "json", path]))
            node.expect(result, exit: 0, code: nil)
            return try JSON.decode(DiffDocument.self, from: Array(result.stdout.utf8))
        }

        @Test func `another decision is told line by line`() throws {
            try withNode(pods: 1) { node in
                let first = try node.plan("first.json", membership: .onLink)
                let second = try node.plan("second.json", membership: .legacyKeys)
                let document = try diff(node, first, second, exit: 2)
                #expect(document.samePlan == false)
                #expect(
                    document.decision.contains { $0.hasPrefix("membership: on-link when planned, legacy-keys now") })
                try node.migrate("diff", first, "s-none", exit: 65, code: .unknownID)
            }
        }

        @Test func `two snapshots, in both directions`() throws {
            try withNode(pods: 1) { node in
                let first = try node.document(try node.plan("first.json")).snapshotID
                try node.sh(Self.change)
                let second = try node.document(try node.plan("second.json")).snapshotID
                let there = try diff(node, first, second, exit: 2)
                let back = try diff(node, second, first, exit: 2)
                #expect(there.addedTotal == back.removedTotal && there.removedTotal == back.addedTotal)
                #expect(there.changedTotal == back.changedTotal && there.samePlan == nil)
                #expect(try group("entries", there).addedTotal == 1 && group("entries", back).removedTotal == 1)
                let none = try diff(node, second, second)
                #expect(none.same && none.groups.isEmpty)
                // A value that changes is one change, with both values.
                try node.sh(
                    Self.change.split(separator: "\n").suffix(2).joined(separator: "\n").replacing(
                        "value 9", with: "value 1"))
                let entries = try group("entries", diff(node, second, exit: 2))
                let attributes = entries.changed.first?.attributes ?? []
                #expect(
                    entries.changedTotal == 1 && attributes.contains(.init(name: "ifindex", before: "9", after: "1")))
            }
        }

        @Test func `bad input`() throws {
            try withNode(pods: 1) { node in
                let path = try node.plan()
                try node.sh(
                    "jq '.node.name = \"x\"' \(path) > \(node.scratch)/edited.json; head -c 999 \(path) > \(node.scratch)/cut.json"
                )
                try node.migrate("diff", "\(node.scratch)/edited.json", exit: 65, code: .editedPlan)
                try node.migrate("diff", "\(node.scratch)/cut.json", exit: 65, code: .unreadablePlan)
                try node.migrate("diff", "/nonexistent", exit: 65, code: .unreadablePlan)
                try node.migrate("diff", "s-ffff", exit: 65, code: .unknownID)
                try node.migrate("diff", exit: 64)
            }
        }

        @Test(.requires(.sqlite3)) func `every documented query answers on a real node's records`() throws {
            try withNode(pods: 2) { node in
                let path = try node.plan()
                try node.apply(path)
                try node.migrate("plan", "--membership", "on-link", exit: 10)
                try node.rollback()
                try node.plan()
                let text = try TextFile.read(try Programs.root + "/docs/queries.md")
                let blocks = { (language: String) in
                    text.components(separatedBy: "```\(language)\n").dropFirst().map {
                        $0.components(separatedBy: "\n```")[0]
                    }
                }
                for (sql, answer) in zip(blocks("sql"), blocks("text")) {
                    let result = try node.run(["sqlite3", "-readonly", "-header", node.database, sql])
                    #expect(result.status == 0 && result.stderr.isEmpty, "\(result)")
                    let lines = result.stdout.split(separator: "\n")
                    // Nothing is broken and nothing drifted here: then there are no rows, and no header.
                    guard let header = lines.first else {
                        #expect(
                            ["'broken'", "FROM drift", "FROM blockers", "FROM unobserved"].contains {
                                sql.contains($0)
                            }, "\(sql)")
                        continue
                    }
                    #expect(header == answer.split(separator: "\n")[0], "\(sql)")
                }
                let hook = "FROM hooks_history WHERE in_node AND interface = 'hz' AND direction = 'ingress'"
                let seen = "SELECT DISTINCT program_name \(hook) ORDER BY 1"
                #expect(
                    try node.sh("sqlite3 -readonly \(node.database) \"\(seen)\"") == "fib_switch\nztunnel_host_in\n")
            }
        }
    }
}
