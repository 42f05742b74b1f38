import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Storage that gives out below the file system, as a thin volume does whose pool is full: every write that needs a new
    /// block there ends with an I/O error of the block layer.
    @Suite struct DyingDisk {
        private static func take(_ node: Node, _ thin: String) throws {
            let made = try node.run([
                "sh", "-euc",
                """
                mkdir \(thin)
                mount -t tmpfs -o size=64m tmpfs \(thin)
                truncate -s 64M \(thin)/disk
                mkfs.ext4 -q -F \(thin)/disk
                mount -o loop \(thin)/disk \(node.scratch)/state
                chmod 0700 \(node.scratch)/state
                """,
            ])
            guard made.status == 0 else { try Test.cancel("no loop devices here: \(made.stderr)") }
        }

        @Test func `it gives out in the window: what needs it refuses, rollback goes on and says so`() throws {
            try withNode(pods: 1, ipv6: false) { node in
                let thin = "\(node.scratch)/thin"
                try Self.take(node, thin)
                let plan = try node.plan()
                let before = try node.state()
                try node.lab.underTraffic("the disk gives out") {
                    try node.provisional(plan)
                    // What is in the page cache is on the disk before; from now on there is no block left.
                    try node.sh(
                        "sync -f \(node.scratch)/state; dd if=/dev/zero of=\(thin)/filler bs=4096 2>/dev/null || true")
                    let stands = try node.state()
                    let refused = try node.run(try node.words(["confirm"]))
                    node.expect(refused, exit: 74, code: .databaseFailure)
                    #expect(refused.stderr.contains("nothing was changed"), "\(refused)")
                    #expect(try node.state() == stands)
                    let back = try node.run(try node.words(["rollback", "--node", Node.name]))
                    #expect(back.status == 0, "\(back)")
                    #expect((back.stdout + back.stderr).contains("identical"), "\(back)")
                    print("the disk gave out: \(back.stdout.split(separator: "\n").last ?? "")")
                    #expect(try node.state() == before)
                }
                // Another disk below it, and the file system mended.
                try node.sh(
                    """
                    umount \(node.scratch)/state
                    rm \(thin)/filler
                    e2fsck -fy \(thin)/disk >/dev/null || test $? -le 2
                    mount -o loop \(thin)/disk \(node.scratch)/state
                    """)
                _ = try node.run(try node.words(["resume"]))
                #expect(try node.status().state == "idle")
                #expect(try node.sh("sqlite3 \(node.database) 'PRAGMA integrity_check'") == "ok\n")
                #expect(try node.apply(plan).state == .committed)
                try node.rollback()
                #expect(try node.state() == before)
                try node.sh("umount \(node.scratch)/state \(thin)")
            }
        }
    }
}
