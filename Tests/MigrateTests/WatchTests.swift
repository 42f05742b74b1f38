import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// `watch` without `--heal`: it tells, and changes nothing.
    @Suite struct Watch {
        @Test func `before the first run there is nothing to watch, and no database is made`() throws {
            try withNode(pods: 1) { node in
                #expect(try node.watchOnce(exit: 0).runID == nil)
                let watch = try RunningWatch(node)
                try watch.wait("No run is committed")
                #expect(try node.sh("ls \(node.scratch)/state").isEmpty)
                let run = try node.apply(try node.plan())
                try watch.wait("hooks: 1 committed")
                #expect(try node.rollback(run.runID).proof?.identical == true)
                try watch.wait("No run is committed", times: 2)
                try watch.end(exit: 0)
                try node.refuses("watch", "--node", "another", exit: 12, code: .wrongNode)
                try node.refuses("watch", "--node", Node.name, "--once", "--heal", exit: 64, code: nil)
            }
        }

        @Test func `committed, new, drifted and vanished, in documents, the status, metrics and exit codes`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                #expect(try node.watchOnce(exit: 0).counts["committed"] == 1)
                let metrics = node.scratch + "/migrate.prom"
                let watch = try RunningWatch(node, "--textfile", metrics)
                try watch.wait("hooks: 1 committed")
                try node.addProxyLink()
                #expect(try node.watchOnce(exit: 0).hooks == [], "an interface alone is no hook")
                try node.attachLegacy(of: run.runID)
                try watch.wait("[\(Code.hookAppeared.text)]")
                let before = try node.state()
                let new = try node.watchOnce(exit: 30)
                #expect(new.hooks.map(\.standing) == [.new] && new.hooks.first?.interface == "hz2", "\(new)")
                #expect(try node.status(exit: 30).drift.contains { $0.contains("hz2") && $0.contains("watch --heal") })
                let foreign = try node.lab.enter { try ForeignProgram.pin(name: "foreign", at: Node.foreignPin) }
                try node.sh(
                    "tc filter replace dev hz ingress prio 1 handle 1 bpf direct-action object-pinned \(Node.foreignPin)")
                try watch.wait("[\(Code.hookDrifted.text)]")
                let drifted = try node.watchOnce(exit: 30)
                #expect(drifted.hooks.first { $0.standing == .drifted }?.program?.id == foreign, "\(drifted)")
                try watch.wait("1 drifted, 1 new")
                let text = try TextFile.read(metrics)
                #expect(text.contains(#"migrate_watch_hooks{standing="drifted"} 1"#), "\(text)")
                #expect(try FileManager.default.attributesOfItem(atPath: metrics)[.posixPermissions] as? Int == 0o644)
                // What was told is told once.
                sleep(2)
                #expect(watch.lines.count { $0.contains("MIG147") } == 2, "\(watch.said)")
                try watch.end(exit: 30)
                try node.sh("ip link del hz; ip link del hz2; rm \(Node.foreignPin)")
                let gone = try node.watchOnce(exit: 0)
                #expect(gone.hooks.map(\.standing) == [.vanished] && gone.counts["committed"] == 0, "\(gone)")
                let status = try node.status()
                #expect(status.drift.isEmpty && status.gone?.count == 1, "\(status)")
                #expect(before.contains("hz2"), "state() sees what the test is about")
                #expect(try node.rollback().proof?.vanished.count == 1)
            }
        }

        @Test func `a filter that is removed has drifted, and so has one whose qdisc went with it`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                for how in ["tc filter del dev hz ingress", "tc qdisc del dev hz clsact"] {
                    let watch = try RunningWatch(node)
                    try watch.wait("hooks: 1 committed")
                    try node.sh(how)
                    try watch.wait("nothing is there")
                    try watch.end(exit: 30)
                    // The switch went with its filter. The plain replacement is pinned, and the run's, too.
                    try node.sh(
                        """
                        tc qdisc replace dev hz clsact
                        tc filter add dev hz ingress prio 1 handle 1 bpf direct-action object-pinned /sys/fs/bpf/migrate/\(run.runID)/plain_0
                        """)
                }
                try node.sh("tc filter del dev hz ingress")
                try node.attachLegacy(to: "hz", of: run.runID, verb: "add")
                try node.rollback()
            }
        }

        @Test func `the service manager is told, and a reader that went away ends nothing`() throws {
            try withNode(pods: 1) { node in
                try node.apply(try node.plan())
                let path = node.scratch + "/notify"
                let listening = try #require(NotifySocket(path))
                let watch = try RunningWatch(node, environment: ["NOTIFY_SOCKET": path])
                try watch.wait("hooks: 1 committed")
                #expect(listening.receive { $0.contains("READY=1") })
                try watch.end(exit: 0)
                #expect(listening.receive { $0.contains("STOPPING=1") })
                try node.rollback()
            }
        }

        /// Real link events, in the node's namespace: up and down, again and again.
        @Test func `memory after many link events is that after few`() throws {
            try withNode(pods: 1) { node in
                try node.apply(try node.plan())
                let watch = try RunningWatch(node)
                try watch.wait("hooks: 1 committed")
                let lines = (0..<1000).flatMap { _ in ["link set flap up", "link set flap down"] }
                try Data((lines.joined(separator: "\n") + "\n").utf8).write(
                    to: URL(filePath: node.scratch + "/batch"))
                try node.sh("ip link add flap type veth peer name flap-peer")
                func flap(_ rounds: Int) throws {
                    for _ in 0..<rounds { try node.sh("ip -batch \(node.scratch)/batch") }
                    sleep(2)
                }
                // 2,000 changes a round, of which the kernel tells several times each.
                try flap(5)
                let few = try watch.resident
                try flap(LongForm.isAsked ? 45 : 10)
                let many = try watch.resident
                print("watch: \(few) kB resident after 10,000 link changes, \(many) kB after \(LongForm.isAsked ? 100_000 : 30_000)")
                #expect(many - few < 2048, "\(few) kB, then \(many) kB")
                try watch.end(exit: 0)
                try node.sh("ip link del flap")
                try node.rollback()
            }
        }
    }
}

/// A service manager's side of sd_notify(3).
final class NotifySocket {
    private let descriptor: CInt

    init?(_ path: String) {
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard descriptor >= 0, bound == 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Whether such a message comes within ten seconds; others are passed over.
    func receive(_ isWanted: (String) -> Bool) -> Bool {
        for _ in 0..<1000 {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let length = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT.rawValue))
            if length > 0, isWanted(String(decoding: buffer.prefix(length), as: UTF8.self)) { return true }
            if length <= 0 { usleep(10_000) }
        }
        return false
    }
}
