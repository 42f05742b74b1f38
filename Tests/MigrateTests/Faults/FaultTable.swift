import Foundation
import Model
import Testing

@testable import Lab

/// Fills the table of one verb: for every fault what came of it, and that one command mends it afterwards.
final class FaultTable {
    /// Where a run stands before the verb.
    enum Stand { case nothing, provisional, committed }

    /// A verb and where it begins.
    struct Verb: Sendable, CustomTestStringConvertible {
        var name: String
        var stand: Stand
        /// Of all faults one in so many is tried in the short form.
        var stride: Int
        var testDescription: String { name }
    }

    let node: Node
    let verb: Verb
    let plan: String
    let before: String
    private let log: String
    private(set) var outcomes: [String: [String: Int]] = [:]

    init(_ node: Node, _ verb: Verb) throws {
        self.node = node
        self.verb = verb
        // Held by a pin of the test's own, the legacy program outlives a finalized run.
        if verb.name == "finalize" { try node.keepLegacyProgram() }
        plan = try node.plan()
        before = try node.state()
        log = "\(node.scratch)/calls"
    }

    /// Faults at system calls on the database's files.
    /// - Parameter isWhole: every fault; else one in `stride`, from a random one on.
    func fill(isWhole: Bool) throws {
        try reach()
        _ = try traced(nil)
        let all = DatabaseFault.all(in: try TextFile.read(log))
        #expect(all.count > 5, "\(all)")
        try takeBack("without a fault")
        let step = isWhole ? 1 : verb.stride, first = isWhole ? 0 : Int.random(in: 0..<verb.stride)
        print("\(verb.name): \(all.count) faults; one in \(step), from \(first) on")
        for fault in stride(from: first, to: all.count, by: step).map({ all[$0] }) {
            try suffer("\(fault)", row: "\(fault.call), \(fault.kind.rawValue)") { () throws -> (CommandResult, Bool) in
                let result = try traced(fault)
                // Other timing may have taken other ways: with no fault there is nothing to see.
                return (result, try TextFile.read(log).contains("(INJECTED)"))
            }
        }
    }

    /// A file system of its own, filled but for so many pages of 4 KiB.
    func fill(rooms: [Int]) throws {
        let filler = "\(node.scratch)/state/filler"
        for pages in rooms {
            try suffer("\(pages) pages of room", row: "a full file system") { () throws -> (CommandResult, Bool) in
                try node.sh(
                    """
                    dd if=/dev/zero of=\(filler) bs=4096 status=none 2>/dev/null || true
                    truncate -s -\(pages * 4096) \(filler)
                    """)
                let result = try node.run(words)
                let status = try node.run(try node.words(["status", "-o", "json"]))
                // By the pins and hooks alone, if need be; where they are quiet, that the journal is not to be had.
                #expect([0, 30, 74].contains(status.status), "\(pages) pages: \(status)")
                try node.sh("rm \(filler)")
                return (result, true)
            }
        }
    }

    /// - Parameter act: the verb under a fault, and whether that was met.
    private func suffer(
        _ fault: String, row: String, _ act: () throws -> (CommandResult, Bool)
    ) throws {
        try reach()
        let stood = try Standing(node)
        let (result, isMet) = try act()
        let moment = "\(verb.name), \(fault)"
        let outcome = try judge(result, stood, moment)
        outcomes[row, default: [:]][isMet ? outcome : "not met", default: 0] += 1
        try settle(outcome, moment)
    }

    // MARK: The verb

    private func reach() throws {
        guard verb.stand != .nothing else { return }
        let part = verb.name == "canary" ? ["--canary", "5%"] : []
        let window = verb.stand == .committed ? "none" : "10m"
        let result = try node.run(try apply(window: window, part))
        node.expect(result, exit: 0, code: nil)
    }

    private func apply(window: String, _ more: [String] = []) throws -> [String] {
        try node.words(
            ["apply", "--node", Node.name, "--detach", "--confirm-within", window, "-o", "json", plan] + more)
    }

    private var words: [String] {
        get throws {
            switch verb.name {
            case "plan":
                try node.words(["plan", "--membership", "on-link", "--out", "\(node.scratch)/again.json", "-o", "json"])
            case "apply": try apply(window: "10m")
            case "confirm": try node.words(["confirm", "-o", "json"])
            case "canary": try node.words(["canary", "50%", "-o", "json"])
            case "shadow": try node.words(["shadow", "--node", Node.name, "--duration", "1s", "-o", "json", plan])
            default: try node.words([verb.name, "--node", Node.name, "-o", "json"])
            }
        }
    }

    private func traced(_ fault: DatabaseFault?) throws -> CommandResult {
        try node.run(DatabaseFault.words(fault, on: node.database, log: log) + (try words))
    }

    // MARK: What came of it

    /// Refused before anything was changed, done and said what is missing, or undone: nothing else, and never without a
    /// word for it.
    private func judge(_ result: CommandResult, _ stood: Standing, _ moment: String) throws -> String {
        let now = try Standing(node)
        switch result.status {
        case 0:
            let said = try JSONDecoder().decode(FaultSaid.self, from: Data(result.stdout.utf8))
            let isSilent = said.warnings?.contains { $0.contains("not in the journal") } != true
            if let done {
                #expect(said.state == done, "\(moment): \(brief(result))")
                // What the journal did not hear of, `status` finds out, or sees that somebody was cut off.
                #expect(
                    now.state == settled || !isSilent || !result.stderr.isEmpty,
                    "\(moment): \(now.state); \(brief(result))")
            }
            if verb.name == "confirm", isSilent, result.stderr.isEmpty { try expectHealthKept(result, moment) }
            let outcome = isSilent && result.stderr.isEmpty ? "done" : "done, said what is missing"
            return done == nil || now.state == settled
                ? outcome : "\(outcome) (status: \(now.state), next: \(now.next))"
        case 20 where verb.name == "apply":
            #expect(now.node == stood.node && now.share ?? 0 == 0, "\(moment): \(now.state); \(brief(result))")
            expectWords(result, moment)
            return now.state == "idle" ? "undone" : "undone (status: \(now.state), next: \(now.next))"
        case 74:
            expectWords(result, moment)
            #expect(!result.stderr.contains("changed: "), "\(moment): \(now.state); \(brief(result))")
            // A run that was recorded, and whose end could not be: nothing of it is on the node, and that is said.
            if verb.name == "apply", now.state == "installing", now.next == "resume",
                result.stderr.contains("stands there as installing")
            {
                #expect(now.node == stood.node && now.share ?? 0 == 0, "\(moment): \(now): \(brief(result))")
                return "refused (status: \(now.state), next: \(now.next))"
            }
            #expect(now == stood, "\(moment): \(now), before it \(stood): \(brief(result))")
            return verb.name == "shadow" && result.stdout.contains("\"kind\" : \"shadow\"")
                ? "told, not kept" : "refused"
        default:
            Issue.record("\(moment): \(now.state); \(brief(result))")
            return "exit \(result.status)"
        }
    }

    /// What was asked before the confirmation, of neighbors and of devices.
    private func expectHealthKept(_ result: CommandResult, _ moment: String) throws {
        let run = try #require(try DocumentShape(result.stdout).text("run_id"))
        let kept = try node.sh(
            "sqlite3 \(node.database) \"SELECT count(*) FROM health_checks WHERE run_id = '\(run)' AND moment = 'before-confirm'\""
        )
        #expect(kept == "2\n", "\(moment): silent, and \(kept) of 2 checks were kept")
    }

    /// What a command said, without its words.
    private func brief(_ result: CommandResult) -> String {
        "exit \(result.status): \(result.stderr) \(result.stdout.suffix(3000))"
    }

    /// What, facts, one command and a code.
    private func expectWords(_ result: CommandResult, _ moment: String) {
        #expect(result.stderr.contains("Error: ") && result.stderr.contains("[MIG"), "\(moment): \(brief(result))")
        #expect(result.stderr.contains(":  "), "no command to run: \(moment): \(brief(result))")
        let told = ["changed", "put back", "as it was"].contains { result.stderr.contains($0) }
        #expect(told, "\(moment): \(brief(result))")
    }

    /// The state that the verb leads to; `nil` for one that only looks.
    private var done: String? {
        switch verb.name {
        case "apply", "canary": "provisional"
        case "confirm": "committed"
        case "rollback": "rolled-back"
        case "finalize": "finalized"
        default: nil
        }
    }

    /// The same as `status` calls it.
    private var settled: String? { done == "rolled-back" ? "idle" : done }

    // MARK: Afterwards

    /// The disk is well again: the file is whole, `resume` says where the run stands, and it can be taken back.
    private func settle(_ outcome: String, _ moment: String) throws {
        let integrity = try node.sh("sqlite3 \(node.database) 'PRAGMA integrity_check'")
        #expect(integrity == "ok\n", "\(moment): \(integrity)")
        let resumed = try node.run(try node.words(["resume", "--detach", "-o", "json"]))
        #expect([0, 20].contains(resumed.status), "\(moment): \(resumed)")
        if outcome.hasPrefix("done"), let done {
            let said = try JSONDecoder().decode(FaultSaid.self, from: Data(resumed.stdout.utf8))
            #expect(said.state == done, "\(moment): \(resumed)")
        }
        try takeBack(moment)
    }

    private func takeBack(_ moment: String) throws {
        let status = try node.run(try node.words(["status", "-o", "json"]))
        // Of earlier runs that are final the program was taken out, by this test.
        #expect(status.status == (verb.name == "finalize" ? status.status : 0), "\(moment), resumed: \(brief(status))")
        let state = try JSONDecoder().decode(FaultSaid.self, from: Data(status.stdout.utf8)).state
        if state == "finalized" {
            try node.reattachLegacyProgram()
        } else if state != "idle" {
            let back = try node.run(try node.words(["rollback", "--node", Node.name]))
            #expect(back.status == 0, "\(moment): \(back)")
        }
        #expect(try node.state() == before, "\(moment), taken back")
    }

    // MARK: Words

    func show(_ ledger: Ledger) {
        for (fault, counts) in outcomes.sorted(by: { $0.key < $1.key }) {
            let all = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            print("  \(verb.name)  \(fault): \(counts.values.reduce(0, +)) points: \(all)")
        }
        print("  \(verb.name): \(ledger.sent) packets sent meanwhile, \(ledger.lost) lost")
    }
}

/// How the node stands: what an operator's tools and `status` say.
private struct Standing: Equatable {
    var node: String
    var state: String
    var share: Int?
    /// The verb of the command that it tells to run.
    var next: String

    init(_ node: Node) throws {
        self.node = try node.state()
        let status = try node.run(try node.words(["status", "-o", "json"]))
        let said = try JSONDecoder().decode(FaultSaid.self, from: Data(status.stdout.utf8))
        (state, share) = (said.state ?? status.stderr, said.share)
        next = said.next?.command.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }
}

/// What a document of any verb says.
private struct FaultSaid: Decodable {
    struct Next: Decodable { var command: String }
    var next: Next?
    var state: String?
    var share: Int?
    var warnings: [String]?

    private enum CodingKeys: String, CodingKey { case next, state, share, warnings }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        next = try values.decodeIfPresent(Next.self, forKey: .next)
        state = try values.decodeIfPresent(String.self, forKey: .state)
        share = try values.decodeIfPresent(Int.self, forKey: .share)
        // A plan's are findings with a code, and say nothing of a journal.
        warnings = try? values.decodeIfPresent([String].self, forKey: .warnings)
    }
}
