import Glibc
import Model

/// The built `migrate` on a lab, with a database of its own.
struct CycleCommand {
    let lab: LabNode
    /// The command and what its environment needs.
    let words: [String]
    let node: String
    let profile: String
    /// A directory for database, plan and what the shadow says.
    let state: String

    init(_ lab: LabNode, migrate: String, profile: String, state: String) {
        self.lab = lab
        self.profile = profile
        self.state = state
        node = "ledger"
        words = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "NODE_NAME=\(node)", migrate]
    }

    private var options: [String] { ["--private-bpffs", "--db", state + "/migrate.db", "--profile", profile] }

    func plan(_ membership: Membership) throws -> String {
        let path = state + "/plan.json"
        let verb = ["plan", "--membership", membership.rawValue, "--out", path]
        // Nobody runs `watch` here to keep a set of interfaces.
        let consent = membership == .enrolled ? ["--static-set"] : []
        try lab.run(words + verb + consent + options, seconds: 120).mustSucceed()
        return path
    }

    /// A verb that must end with 0: what is put back is proven identical by that.
    func run(_ verb: [String]) throws -> RunDocument {
        let result = try lab.run(words + verb + options + ["-o", "json"], seconds: 120).mustSucceed()
        return try JSON.decode(RunDocument.self, from: Array(result.stdout.utf8))
    }

    /// Returns once it stands in front of the hooks.
    func shadow(_ plan: String) throws -> Shadow {
        let verb = ["shadow", "--node", node, "--duration", "10m", plan]
        return try Shadow(lab, words + verb + options, output: state + "/shadow")
    }

    /// `migrate shadow` while the cycle goes on.
    final class Shadow {
        private let pid: pid_t
        private let output: String
        private var isOver = false

        fileprivate init(_ lab: LabNode, _ words: [String], output: String) throws {
            self.output = output
            // SAFETY: unlink() reads the path; there may be none.
            unsafe unlink(output)
            let all = ["sh", "-c", "exec \"$@\" >\(output) 2>&1 </dev/null", "sh"] + words
            pid = try lab.enter { try Spawn.start(all, streams: nil) }
            for _ in 0..<3000 where !said.contains("Ctrl-C ends it") {
                guard kill(pid, 0) == 0 else { break }
                usleep(10_000)
            }
            guard said.contains("Ctrl-C ends it") else {
                throw LabError(.commandFailed, "migrate shadow did not begin", facts: [said])
            }
        }

        private var said: String { (try? TextFile.read(output)) ?? "" }

        /// As Ctrl-C does. 30 is as good as 0: the run that began meanwhile takes the map out of use, which it says.
        func end() throws {
            isOver = true
            kill(pid, SIGINT)
            let status = try Spawn.wait(pid)
            guard status == 0 || status == 30 else {
                throw LabError(.commandFailed, "migrate shadow ended with \(status)", facts: [said])
            }
        }

        deinit {
            guard !isOver else { return }
            kill(pid, SIGKILL)
            _ = try? Spawn.wait(pid)
        }
    }
}
