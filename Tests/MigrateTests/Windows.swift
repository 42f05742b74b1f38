import Glibc
import Model
import Testing

@testable import Lab

/// Runs with a confirm window, and commands that wait for one.
extension Node {
    /// Applies and lets the kernel alone wait: no process of ours is left.
    @discardableResult
    func provisional(
        _ plan: String, within window: String = "10m", sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RunDocument {
        let run = try runDocument(
            try migrate(
                "apply", "--node", Self.name, "--confirm-within", window, "--detach", "-o", "json", plan,
                sourceLocation: sourceLocation))
        #expect(run.state == .provisional && run.changed && run.share == 100, sourceLocation: sourceLocation)
        #expect(run.confirmBy != nil && run.next?.command.contains("migrate confirm") == true)
        return run
    }

    /// Starts an `apply` that waits, and returns once it does.
    func waiting(_ plan: String, within window: String = "10m") throws -> BackgroundCommand {
        let apply = try BackgroundCommand(
            self, try words(["apply", "--node", Self.name, "--confirm-within", window, plan]))
        try waitForWord("is provisional", of: apply)
        return apply
    }

    /// Until a command has said something.
    func waitForWord(_ word: String, of command: BackgroundCommand) throws {
        for _ in 0..<2000 {
            if command.said.contains(word) { return }
            usleep(10_000)
        }
        Issue.record("it did not say \(word): \(command.said)")
    }

    /// A verb on runs, as a document.
    func run(
        verb: String..., exit: Int32 = 0, code: Code? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RunDocument {
        let result = try run(try words(verb + ["-o", "json"]))
        expect(result, exit: exit, code: code, sourceLocation: sourceLocation)
        return try runDocument(result)
    }

    /// Packets that the switch in the proxy's slot handed to the legacy program.
    func handedOn() throws -> UInt64 {
        let result = try run(try words(["status", "-o", "json"]))
        return try JSON.decode(StatusDocument.self, from: Array(result.stdout.utf8)).counters["to_legacy"] ?? 0
    }

    func wait(seconds: Double) { usleep(UInt32(seconds * 1_000_000)) }
}
