import Glibc
import Kernel
import TestSupport
import Testing

@testable import Lab

/// The machine's limit of neighbors. Whoever holds this may change it: it is put back when this ends, also by the death
/// of the process, since a child waits for nothing else.
final class NeighborLimit {
    let before: Int
    private let network: String
    private let guardian: pid_t
    private var lifeline: OwnedDescriptor?

    init() throws {
        network = try #require(InitialNetwork.path())
        before = try #require(InitialNetwork.neighbors())
        let ends = try SocketPair()
        let command = "trap '' INT TERM HUP; cat >/dev/null; echo \(before) >/proc/sys/\(InitialNetwork.limit)"
        guardian = try Spawn.start(
            ["nsenter", "--net=\(network)", "sh", "-c", command],
            streams: .init(input: ends.theirs.raw, output: 2, error: 2))
        lifeline = ends.keepOurs()
    }

    /// A command of the operator, on the machine.
    func run(_ command: String) throws {
        try Command.run(["nsenter", "--net=\(network)", "sh", "-ec", command]).mustSucceed()
    }

    deinit {
        lifeline = nil
        _ = try? Spawn.wait(guardian)
        let now = InitialNetwork.neighbors()
        if now != before { Issue.record("gc_thresh3 is \(now ?? 0), it was \(before)") }
    }
}
