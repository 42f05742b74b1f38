import Foundation
import Glibc
import Model
import Testing

@testable import Lab

/// A watch that runs beside the test.
final class RunningWatch {
    let command: BackgroundCommand

    init(_ node: Node, _ more: String..., environment: [String: String] = [:], name: String = "watch") throws {
        let variables = environment.isEmpty ? [] : ["env"] + environment.map { "\($0.key)=\($0.value)" }
        command = try BackgroundCommand(
            node, variables + (try node.words(["watch", "--node", Node.name] + more)), output: name)
    }

    var said: String { command.said }
    var lines: [String] { said.split(separator: "\n").map(String.init) }

    /// Waits until it has said so, that often.
    func wait(_ text: String, times: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for _ in 0..<3000 {
            if lines.count(where: { $0.contains(text) }) >= times { return }
            usleep(10_000)
        }
        Issue.record("it did not say \(text) \(times) times: \(said)", sourceLocation: sourceLocation)
        throw CancellationError()
    }

    /// Resident memory in kilobytes.
    var resident: Int {
        get throws {
            let text = try String(contentsOfFile: "/proc/\(command.pid)/status", encoding: .utf8)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
        }
    }

    /// Asks it to end, as systemd does.
    func end(exit: Int32, sourceLocation: SourceLocation = #_sourceLocation) throws {
        command.send(SIGTERM)
        #expect(try command.wait() == exit, "\(said)", sourceLocation: sourceLocation)
    }
}

extension Node {
    /// What a new proxy pod brings: a veth, its addresses and routes. The agent's program comes afterwards.
    func addProxyLink(_ name: String = "hz2") throws {
        let inside = name.replacingOccurrences(of: "hz", with: "eth")
        try sh(
            """
            ip link add \(name) address \(LabAddresses.hostMAC) type veth peer name \(inside) netns ztunnel
            ip link set \(name) up; ip -n ztunnel link set \(inside) up
            ip -n ztunnel addr add 10.9.0.10\(name.last ?? "2")/32 dev \(inside)
            ip route add 10.9.0.10\(name.last ?? "2") dev \(name) scope link
            ip -n ztunnel neigh replace \(LabAddresses.podGateway) lladdr \(LabAddresses.hostMAC) dev \(inside) nud permanent
            tc qdisc add dev \(name) clsact
            """)
    }

    /// What the agent does then: the program that `run` replaced, as one that is held by its pin.
    func attachLegacy(to name: String = "hz2", of run: String, verb: String = "replace") throws {
        try sh(
            "tc filter \(verb) dev \(name) ingress prio 1 handle 1 bpf direct-action object-pinned /sys/fs/bpf/migrate/\(run)/legacy_0"
        )
    }

    func program(at name: String) throws -> String {
        try sh("tc -j filter show dev \(name) ingress | jq -r '[.[].options.prog | values][0].name'")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func watchOnce(exit: Int32, sourceLocation: SourceLocation = #_sourceLocation) throws -> WatchDocument {
        let result = try migrate(
            "watch", "--node", Self.name, "--once", "-o", "json", exit: exit, sourceLocation: sourceLocation)
        return try JSON.decode(WatchDocument.self, from: Array(result.stdout.utf8))
    }

    /// Newest first.
    func states() throws -> [String] {
        try sh("sqlite3 -readonly \(database) 'SELECT state FROM runs ORDER BY rowid DESC'").split(separator: "\n")
            .map(String.init)
    }

    /// Milliseconds that a run took from its first line to its last one of that phase.
    func milliseconds(of run: String, until phase: String) throws -> Int {
        let query =
            "SELECT (max(ended_ns) FILTER (WHERE phase = '\(phase)') - min(started_ns)) / 1000000 FROM journal WHERE run_id = '\(run)'"
        return try #require(Int(try sh("sqlite3 -readonly \(database) \"\(query)\"").prefix { $0 != "\n" }))
    }
}
