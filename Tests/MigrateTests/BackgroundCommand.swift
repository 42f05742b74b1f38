import Glibc
import Testing

@testable import Lab

/// A command that runs while the test does something else.
final class BackgroundCommand {
    let pid: pid_t
    private let output: String
    private var status: Int32?

    /// Starts `words` inside the node; its process id is the command's own, so that signals reach it.
    /// - Parameter output: name of the file with what it says.
    init(_ node: Node, _ words: [String], output: String = "background") throws {
        self.output = "\(node.scratch)/\(output)"
        let all = Node.environment() + ["sh", "-c", "exec \"$@\" >\(self.output) 2>&1 </dev/null", "sh"] + words
        pid = try node.lab.enter { try Spawn.start(all, streams: nil) }
    }

    /// Nothing that a test started outlives it.
    deinit {
        if status == nil {
            kill(pid, SIGKILL)
            _ = try? Spawn.wait(pid)
        }
    }

    func send(_ signal: CInt) { kill(pid, signal) }

    /// Waits for its end; 128 + n when a signal ended it.
    func wait() throws -> Int32 {
        let ended = try status ?? Spawn.wait(pid)
        status = ended
        return ended
    }

    /// Everything it said.
    var said: String { (try? TextFile.read(output)) ?? "" }
}

extension Node {
    func applyWords(_ plan: String) throws -> [String] {
        try words(["apply", "--node", Self.name, "--confirm-within", "none", plan])
    }

    /// Makes apply wait while it warms: the pod's address is on its way, and nobody answers for it.
    func silence(_ name: String) throws {
        let pod = try lab.pod(name)
        try sh(
            """
            ip netns exec \(name) sysctl -qw net.ipv4.conf.eth0.arp_ignore=8
            ip neigh del \(pod.address) dev \(pod.interface) 2>/dev/null || true
            """)
    }

    /// Waits until the journal says that a phase has begun.
    func waitForPhase(_ phase: String) throws {
        let query = "SELECT count(*) FROM journal WHERE phase = '\(phase)'"
        for _ in 0..<300 {
            let result = try run(["sqlite3", "-readonly", database, query])
            if result.status == 0 && result.stdout != "0\n" { return }
            usleep(5_000)
        }
        Issue.record("phase \(phase) was not reached")
    }
}
