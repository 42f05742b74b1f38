import Glibc
import Model
import Testing

@testable import Lab

/// What an own /dev/log receives.
private final class LogSocket {
    private let descriptor: CInt

    init(path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let bound = try Self.address(path) { bind(descriptor, $0, $1) }
        try #require(bound == 0)
    }

    deinit { close(descriptor) }

    static func address<T>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) throws -> T {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        try #require(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    /// All that came since the last time.
    func lines() -> [String] {
        var lines: [String] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            guard count > 0 else { return lines }
            lines.append(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
    }

    /// Until the kernel takes no more: as with a reader that hangs.
    static func fill(_ path: String) throws {
        let sender = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { close(sender) }
        for _ in 0..<100_000 {
            let sent = try address(path) { sendto(sender, "x", 1, CInt(MSG_DONTWAIT), $0, $1) }
            if sent < 0 {
                #expect(errno == EAGAIN)
                return
            }
        }
        Issue.record("the queue has no end")
    }
}

extension MigrateSuite {
    /// One line for each flip, confirmation and rollback, in the system's log.
    @Suite struct SystemLogs {
        private let path: String
        private let socket: LogSocket

        init() throws {
            path = "/tmp/migrate-log-\(String(UInt32.random(in: .min ... .max), radix: 16))"
            socket = try LogSocket(path: path)
        }

        /// A verb in a mount namespace of its own, whose /dev is small and has that log.
        private func run(_ node: Node, _ verb: String..., exit: Int32 = 0) throws {
            let script = """
                mount -t tmpfs tmpfs /mnt
                for device in null zero full random urandom; do
                    touch /mnt/$device
                    mount --bind /dev/$device /mnt/$device
                done
                ln -s "$0" /mnt/log
                mount --rbind /mnt /dev
                exec "$@"
                """
            let result = try node.run(
                ["unshare", "--mount", "--propagation", "private", "sh", "-euc", script, path] + (try node.words(verb)))
            node.expect(result, exit: exit, code: nil)
        }

        private func expect(_ wanted: [String], sourceLocation: SourceLocation = #_sourceLocation) {
            let lines = socket.lines()
            #expect(lines.count == wanted.count, "\(lines)", sourceLocation: sourceLocation)
            for (line, text) in zip(lines, wanted) {
                // 29 is daemon.notice.
                let head = line.prefixMatch(of: #/<29>[A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} migrate\[[0-9]+\]: /#)
                #expect(head != nil, "\(line)", sourceLocation: sourceLocation)
                let told = line[(head?.range.upperBound ?? line.startIndex)...]
                #expect(
                    told.hasPrefix(text), "\(line)",
                    sourceLocation: sourceLocation)
            }
        }

        @Test func `a flip, its confirmation and its rollback; nothing else`() throws {
            defer { unlink(path) }
            try withNode(pods: 1) { node in
                let before = try node.state()
                let plan = try node.plan()
                try run(node, "preflight")
                try run(node, "plan", "--membership", "on-link")
                expect([])
                try run(
                    node, "apply", "--node", Node.name, "--confirm-within", "10m", "--canary", "50%", "--detach", plan)
                let id = try #require(try node.status().runID)
                let planID = try node.document(plan).planID
                let run0 = "run=\(id) plan=\(planID) node=\(Node.name)"
                expect(["flip \(run0) state=provisional share=50% confirm_in="])
                try run(node, "extend", "--by", "1m")
                try run(node, "canary", "100%")
                try run(node, "status")
                expect([])
                try run(node, "confirm")
                expect(["confirm \(run0) state=committed "])
                try run(node, "confirm")
                expect([])
                try run(node, "rollback", "--node", Node.name)
                expect(["rollback \(run0) state=rolled-back reason=operator identical=true "])
                try run(node, "rollback", "--node", Node.name)
                expect([])
                #expect(try node.state() == before)
            }
        }

        @Test func `a run that the kernel took back`() throws {
            defer { unlink(path) }
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try run(node, "apply", "--node", Node.name, "--confirm-within", "2s", plan, exit: 21)
                let lines = socket.lines()
                #expect(lines.count == 2 && lines[0].contains(": flip run="), "\(lines)")
                #expect(lines.last?.contains(" state=rolled-back reason=deadline identical=true ") == true, "\(lines)")
            }
        }

        @Test func `nobody waits for a log that hangs`() throws {
            defer { unlink(path) }
            try withNode(pods: 1) { node in
                let before = try node.state()
                let plan = try node.plan()
                try LogSocket.fill(path)
                try run(node, "apply", "--node", Node.name, "--confirm-within", "10m", "--detach", plan)
                try run(node, "rollback", "--node", Node.name)
                #expect(try node.state() == before)
                #expect(socket.lines().allSatisfy { $0 == "x" })
            }
        }
    }
}
