import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// A deliberately wrong replacement: which of shadow, the canary's comparison, the breaker and health meets it, with all
    /// the others switched off. docs/catch.md has the table.
    @Suite struct CatchTable {
        @Test(arguments: CatchFault.allCases) func `each catcher by itself`(_ fault: CatchFault) throws {
            try withNode(pods: 2) { node in
                let trial = try CatchTrial(node, fault)
                let before = try node.proxyFilters()
                let found = try CatchTrial.Catcher.allCases.map { catcher in (catcher, try trial.run(catcher)) }
                for (catcher, catch_) in found {
                    print("catch | \(fault.rawValue) | \(catcher.rawValue) | \(catch_?.text ?? "-")")
                    #expect((catch_ != nil) == fault.isCaught(by: catcher), "\(fault.rawValue) by \(catcher.rawValue)")
                }
                #expect(try node.proxyFilters() == before)
            }
        }
    }
}

extension CatchFault {
    func isCaught(by catcher: CatchTrial.Catcher) -> Bool {
        switch (self, catcher) {
        // Which MAC the kernel writes is seen by nobody behind the redirect but the pod.
        case (.wrongMAC, .comparison), (.wrongMAC, .breaker), (.wrongMAC, .health): false
        // The kernel has an answer, and asks the neighbor only behind the redirect; while packets flow a look hardly ever
        // meets it as failed, for with the next one it is asked again.
        case (.silentNeighbor, .shadow), (.silentNeighbor, .comparison), (.silentNeighbor, .breaker): false
        // Packets arrive: only past the stack's filters.
        case (.outsider, .health), (.outsider, .command): false
        // Nothing is sent that could fail.
        case (.noRoute, .health), (.unfitDevice, .health), (.memberMissing, .health): false
        default: true
        }
    }
}

/// One fault on one node, for one catcher after the other.
struct CatchTrial {
    enum Catcher: String, CaseIterable {
        case shadow
        case comparison = "canary's comparison"
        case breaker
        case health
        case command = "health --check"
    }

    struct Caught {
        /// From the fault on.
        var seconds: Double
        var figures: String
        var text: String {
            let tenths = Int((seconds * 10).rounded())
            return "\(tenths / 10).\(tenths % 10) s: \(figures)"
        }
    }

    /// Seconds in which a catcher that misses a fault must not meet it: counters are at once what they are, a neighbor is
    /// asked three times, once a second.
    private static let (patience, neighborPatience) = (2.0, 7.5)

    private let node: Node
    private let fault: CatchFault
    private let plan: String
    private let route: String

    init(_ node: Node, _ fault: CatchFault) throws {
        (self.node, self.fault) = (node, fault)
        plan = try node.plan(membership: fault.membership)
        route = try node.routes(to: fault.pod)
    }

    /// `nil`: it was not caught.
    func run(_ catcher: Catcher) throws -> Caught? {
        let traffic = try Traffic.start(
            in: node.lab, TrafficOptions(pods: [fault.pod], rate: 500, seconds: 120, drainMilliseconds: 0))
        defer { _ = traffic.stop() }
        while traffic.receivedSoFar < 50 { usleep(10_000) }
        switch catcher {
        case .shadow: return try shadow()
        case .comparison: return try comparison()
        case .breaker: return try breaker()
        case .health: return try health(check: nil)
        case .command: return try health(check: check())
        }
    }

    private func shadow() throws -> Caught? {
        let shadow = try BackgroundCommand(
            node, try node.shadowWords(plan, "1m", ["-o", "json", "-q"]), output: "shadow")
        while try node.shadowPrograms().isEmpty { usleep(10_000) }
        let program = try #require(try node.shadowPrograms().first)
        node.wait(seconds: 0.5)
        let begun = Clock.now()
        try fault.make(node, program: program)
        node.wait(seconds: 1.5)
        shadow.send(SIGINT)
        let status = try shadow.wait()
        let seconds = Double(Clock.now() - begun) / 1e9
        try fault.mend(node, route: route, program: program)
        #expect(status == 30 || status == 0, "\(shadow.said)")
        let json = shadow.said.drop { $0 != "{" }
        let counts = try JSON.decode(ShadowDocument.self, from: Array(json.utf8)).packets.compared
        let kinds = ShadowComparison.differences.filter { counts[$0] > 0 }.map { "\($0.rawValue) \(counts[$0])" }
        return status == 30
            ? Caught(seconds: seconds, figures: "\(kinds.joined(separator: ", ")) of \(counts.all)") : nil
    }

    private func comparison() throws -> Caught? {
        let run = try node.run(
            verb: "apply", "--node", Node.name, "--canary", "25%", "--breaker", "off", "--detach", plan)
        let program = try node.slot().program
        // Until one of the few flows is in the share.
        for share in ["50%", "75%", "90%", "100%"] {
            node.wait(seconds: 0.4)
            if try (node.status().sides?.replacement.packets ?? 0) > 50 { break }
            _ = try node.run(verb: "canary", share)
        }
        #expect(try node.status().sides?.verdict != .worse)
        let begun = Clock.now()
        try fault.make(node, program: program)
        let caught = try within(begun) { () -> String? in
            let sides = try #require(try node.status().sides)
            guard sides.verdict == .worse else { return nil }
            let neighbors = sides.surroundings.map { "neighbors failed \($0.neighborsFailed)" } ?? ""
            return
                "failed \(sides.replacement.failed) of \(sides.replacement.packets), legacy \(sides.legacy.failed) of "
                + "\(sides.legacy.packets); \(neighbors)"
        }
        try fault.mend(node, route: route, program: program)
        try node.rollback(run.runID)
        return caught
    }

    private func breaker() throws -> Caught? {
        let run = try node.provisional(plan)
        let program = try node.slot().program
        node.wait(seconds: 0.2)
        let begun = Clock.now()
        try fault.make(node, program: program)
        let caught = try within(begun) { () -> String? in
            guard try node.cellState(run.runID) == .breaker else { return nil }
            let counters = try node.status(exit: 30).counters
            let misdirected = counters["misdirected"] ?? 0, outsiders = counters["outsider"] ?? 0
            return "\(counters["failed"] ?? 0) failed (misdirected \(misdirected), outsiders \(outsiders))"
        }
        try fault.mend(node, route: route, program: program)
        if caught == nil { try node.rollback(run.runID) } else { _ = try node.run(verb: "resume", exit: 20) }
        return caught
    }

    /// - Parameter check: `nil`: only what the kernel tells of neighbors and devices.
    private func health(check: String?) throws -> Caught? {
        let words = check.map { ["--check", $0] } ?? []
        let apply = try BackgroundCommand(
            node,
            try node.words(
                ["apply", "--node", Node.name, "--breaker", "off", "--check-every", "2s"] + words + [plan]),
            output: check == nil ? "health" : "command")
        try node.waitForWord("is provisional", of: apply)
        let run = try #require(try node.status().runID, "\(apply.said)")
        let program = try node.slot().program
        let begun = Clock.now()
        try fault.make(node, program: program)
        // Two checks, or until a neighbor was asked in vain.
        let patience = fault.isOfNeighbor ? Self.neighborPatience : 4.5
        let caught = try within(begun, patience: patience) { () -> String? in
            guard apply.said.contains("[\(Code.unhealthy.text)]") else { return nil }
            let finding = apply.said.split(separator: "\n").first {
                $0.contains("since the flip") || $0.contains("exit")
            }
            return finding.map { $0.split(separator: ": ").suffix(2).joined(separator: ": ") } ?? apply.said
        }
        try fault.mend(node, route: route, program: program)
        if caught == nil { apply.send(SIGINT) }
        #expect(try apply.wait() == 20, "\(apply.said)")
        #expect(try node.run(verb: "resume", run).reason == (caught == nil ? .operator : .health))
        return caught
    }

    /// Whether the pod answers the proxy, if only that nobody listens there.
    private func check() throws -> String {
        let address = try node.lab.pod(fault.pod).address
        return "ip netns exec ztunnel timeout 0.7 bash -c '>/dev/tcp/\(address)/9' 2>&1; test $? != 124"
    }

    private func within(
        _ begun: UInt64, patience: Double = Self.patience, _ look: () throws -> String?
    ) throws -> Caught? {
        while true {
            let found = try look()
            let seconds = Double(Clock.now() - begun) / 1e9
            if let found { return Caught(seconds: seconds, figures: found) }
            guard seconds < patience else { return nil }
            usleep(20_000)
        }
    }
}
