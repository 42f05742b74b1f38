import Glibc
import Kernel
import Model

/// Starts a keeper and waits for its report.
enum KeeperLauncher {
    /// The descriptor on whose end the keeper waits; `nil` if it outlives its starter.
    typealias Lifeline = CInt?

    static func start(_ options: LabOptions, executable: String, bound: Bool) throws(LabError) -> Lifeline {
        let reports = try SocketPair()
        let lifeline = try SocketPair()
        var command = [
            "unshare", "--net", "--mount", "--propagation", "private", "--", executable, "keeper",
            "--name", options.name, "--family", options.family.rawValue, "--pods", "\(options.pods)",
            "--tenants", "\(options.tenants)",
        ]
        if options.faults { command.append("--faults") }
        if !options.ipv6 { command.append("--no-ipv6") }
        if bound { command.append("--bound") }
        let pid = try Spawn.start(
            command, streams: .init(input: lifeline.theirs.raw, output: reports.theirs.raw, error: 2))
        let ours = lifeline.keepOurs()
        do throws(LabError) {
            try readReport(from: reports.keepOurs(), seconds: 60 + options.pods / 4)
        } catch {
            kill(pid, SIGKILL)
            _ = try? Spawn.wait(pid)
            throw error
        }
        return bound ? ours.release() : nil
    }

    private static func readReport(from reports: consuming OwnedDescriptor, seconds: Int) throws(LabError) {
        let deadline = Clock.now() + UInt64(seconds) * 1_000_000_000
        var bytes: [UInt8] = []
        while bytes.last != UInt8(ascii: "\n") {
            var waiting = pollfd(fd: reports.raw, events: Int16(POLLIN), revents: 0)
            // SAFETY: one structure; recv() writes at most the array's count.
            guard Clock.now() < deadline else { throw failed(["it did not report within \(seconds) s"]) }
            guard unsafe poll(&waiting, 1, 200) > 0 else { continue }
            var part = [UInt8](repeating: 0, count: 65536)
            let count = unsafe recv(reports.raw, &part, part.count, 0)
            guard count > 0 else { throw failed(["it ended without a report"]) }
            bytes += part.prefix(count)
        }
        guard let report = try? JSON.decode(KeeperReport.self, from: bytes) else {
            throw failed(["its report cannot be read"])
        }
        guard let error = report.error else { return }
        guard error.code == .commandFailed || error.code == .system else { throw error }
        throw failed([error.what] + error.facts)
    }

    private static func failed(_ facts: [String]) -> LabError {
        LabError(.buildFailed, "the lab could not be built", changed: "nothing of it is left", facts: facts)
    }
}
