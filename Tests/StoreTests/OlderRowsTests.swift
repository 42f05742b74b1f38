import GRDB
import Glibc
import Model
import Testing

@testable import Store

/// What the first version wrote, read by this one.
@Suite struct OlderRowsTests {
    @Test func `rows from before v0002 stay readable`() throws {
        let older = try Scratch()
        let queue = try DatabaseQueue(path: older.path)
        try Schema.migrator.migrate(queue, upTo: "v0001_records")
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO snapshots VALUES ('s-old', '2026-01-01T00:00:00.000Z', 'n', 'm', 'b', '6.1', 1, 2, NULL, 'p');
                    INSERT INTO maps VALUES ('s-old', 0, 41, 'app_info', 1, 4, 12, 9, 0, NULL, 0, '[{"command":"cni","pid":8}]');
                    INSERT INTO hooks (snapshot_id, position, netns, netns_inode, interface, ifindex, kind, direction, chain,
                        priority, handle, protocol, program_id, program_name, program_tag)
                    VALUES ('s-old', 0, 1, 2, 'hz', 7, 'clsact', 'ingress', 0, 1, 1, 3, 5, 'x', 'ab');
                    INSERT INTO runs VALUES ('r-old', 'p-old', NULL, 'b', 'n', 1, '/x', 'committed', NULL,
                        '2026-01-01T00:00:00.000Z', NULL, NULL);
                    INSERT INTO run_hooks (run_id, hook_index, netns, netns_inode, interface, ifindex, kind, direction, chain,
                        priority, handle, protocol) VALUES ('r-old', 0, 1, 2, 'hz', 7, 'clsact', 'ingress', 0, 1, 1, 3);
                    """)
        }
        try queue.close()
        let store = try older.open()
        let snapshot = try store.snapshot(idPrefix: "s-old")
        #expect(snapshot.maps.first?.holders == [.init(pid: 8, command: "cni")])
        #expect(snapshot.maps.first?.holders.first?.writable == nil && snapshot.maps.first?.activity == nil)
        #expect(snapshot.hooks.first?.program?.id == 5)
        #expect(snapshot.hooks.first?.attachment == nil && snapshot.hooks.first?.owner == nil)
        #expect(snapshot.filters.isEmpty)
        let run = try store.run(idPrefix: "r-old")
        #expect(run.hooks.first?.before.attachment == nil && run.hooks.first?.plain == nil)
        // Nothing else was known then.
        #expect(run.cut == .direct && run.confirmWithin == nil)
    }
}
