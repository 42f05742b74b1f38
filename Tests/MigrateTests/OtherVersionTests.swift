import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// A run that an older or a newer version made is rolled back by its pins: docs/versioning.md.
    @Suite(.requires(.python3)) struct OtherVersions {
        /// A record as another version would have written it.
        struct Layout: CustomTestStringConvertible {
            var version: UInt8
            /// Bytes of a value.
            var size: Int
            var cut: CutKind
            /// From which layout on it may be read; 0 is what layouts up to 3 have there.
            var readAs: UInt8 = 0
            /// Sets bytes that this version does not know, and pins what it does not know.
            var hasMore = false
            var testDescription: String { "layout \(version), \(cut.rawValue)" }
        }

        static let layouts = [
            Layout(version: 1, size: 1024, cut: .direct), Layout(version: 2, size: 1536, cut: .direct),
            Layout(version: 4, size: 1632, cut: .direct, readAs: 3, hasMore: true),
            Layout(version: 4, size: 1568, cut: .switch, readAs: 2, hasMore: true),
            Layout(version: 7, size: 4096, cut: .switch, readAs: 3, hasMore: true),
        ]

        /// Puts the same record there again, in that layout.
        private func rewrite(_ run: RunDocument, _ layout: Layout, on node: Node) throws {
            try node.sh(
                """
                cd /sys/fs/bpf/migrate/\(run.runID)
                bpftool -j map dump pinned record >\(node.scratch)/record.json
                python3 - <<'END' >\(node.scratch)/rewrite
                import json
                entries = json.load(open("\(node.scratch)/record.json"))
                print("bpftool map create other type array key 4 value \(layout.size) entries", len(entries), "name migrate_record")
                for entry in entries:
                    value = [int(byte, 16) for byte in entry["value"]]
                    value = (value + [0] * \(layout.size))[:\(layout.size)]
                    value[0] = \(layout.version)
                    if \(layout.hasMore ? "True" : "False"):
                        value[1544:1564] = [0xaa] * 20
                        value[1564:1568] = [\(layout.readAs), 0, 0, 0]
                        value[1568:] = [0xaa] * (\(layout.size) - 1568)
                    print("bpftool map update pinned other key", *[int(byte, 16) for byte in entry["key"]], "value", *value)
                END
                sh -eu \(node.scratch)/rewrite
                mv other record
                """)
            if layout.hasMore {
                try node.sh(
                    "bpftool map create /sys/fs/bpf/migrate/\(run.runID)/extra_0 type array key 4 value 4 entries 1 name later"
                )
            }
        }

        /// A database that knows nothing of it: that of another version may not be readable.
        private func rollback(_ node: Node, _ run: RunDocument) throws -> CommandResult {
            try node.sh("install -d -m 0700 \(node.scratch)/other")
            return try node.run([
                try Programs.migrate, "rollback", "--node", Node.name, "--from-pins", run.runID, "--private-bpffs",
                "-o", "json", "--db", "\(node.scratch)/other/migrate.db",
            ])
        }

        @Test(arguments: layouts) func `its run is taken back, identical`(layout: Layout) throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let run = try node.apply(try node.plan(cut: layout.cut))
                try rewrite(run, layout, on: node)
                let result = try rollback(node, run)
                node.expect(result, exit: 0, code: nil)
                let back = try node.runDocument(result)
                #expect(back.state == .rolledBack && back.proof?.identical == true, "\(result)")
                #expect(try node.state() == before)
            }
        }

        @Test func `a later layout that says nothing of earlier ones is left alone`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                var layout = Layout(version: 4, size: 1632, cut: .switch, readAs: 0, hasMore: true)
                try rewrite(run, layout, on: node)
                let before = try node.state()
                let result = try rollback(node, run)
                node.expect(result, exit: 12, code: .noRun)
                #expect(result.stderr.contains("layout version 4"), "\(result)")
                #expect(try node.state() == before)
                // The way back is not lost: the version that made it has it.
                try node.sh("rm /sys/fs/bpf/migrate/\(run.runID)/extra_0")
                layout.readAs = 3
                try rewrite(run, layout, on: node)
                node.expect(try rollback(node, run), exit: 0, code: nil)
            }
        }
    }
}
