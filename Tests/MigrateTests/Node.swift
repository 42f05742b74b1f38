import Glibc
import Model
import Testing

@testable import Lab

/// A lab with a database of its own; made and ended by ``withNode(pods:faults:_:)``.
final class Node {
    /// What `NODE_NAME` says inside: the tests do not depend on the machine's name.
    static let name = "node-a"

    let lab: LabNode
    /// Root's alone, like the state directory.
    let scratch: String
    /// Of this node's runs; none may be loaded when it ends.
    private var replacements: Set<UInt32> = []

    /// What the bpffs around the lab held before: the kernel itself may put iterators there.
    private let pinsOutside: Set<String>

    fileprivate init(_ family: LabFamily, pods: Int, faults: Bool, ipv6: Bool) throws {
        pinsOutside = Set(try FileList.names(in: "/sys/fs/bpf"))
        let suffix = String(UInt32.random(in: .min ... .max), radix: 16)
        scratch = "/tmp/migrate-test-\(suffix)"
        try #require(mkdir(scratch, 0o700) == 0 && mkdir(scratch + "/state", 0o700) == 0)
        lab = try LabNode.up(LabOptions(name: "mt-\(suffix)", family: family, pods: pods, faults: faults, ipv6: ipv6))
    }

    var database: String { scratch + "/state/migrate.db" }

    /// Takes everything down and finds nothing of it left: a process inside would keep the lab's maps, and `down` says so.
    fileprivate func end() throws {
        try lab.down()
        #expect(lab.leftovers.isEmpty, "programs and maps of the lab")
        #expect(StateFile.read(lab.state.options.name) == nil, "a keeper")
        #expect((try? FileList.names(in: "/run/netns").filter { $0.hasPrefix("pod") }) ?? [] == [], "namespaces")
        #expect(try Set(FileList.names(in: "/sys/fs/bpf")) == pinsOutside, "pins outside the lab")
        // Freed after an RCU grace period.
        for _ in 0..<200 where replacements.contains(where: BPFIdentifier.programExists) { usleep(10_000) }
        #expect(replacements.filter(BPFIdentifier.programExists).isEmpty, "programs of migrate")
        let removal = try Command.run(["rm", "-rf", scratch])
        #expect(removal.status == 0, "\(removal)")
    }

    // MARK: Commands

    /// `words` inside the node, with nothing of the caller's environment.
    @discardableResult
    func run(_ words: [String], environment: [String: String] = [:], input: String = "") throws -> CommandResult {
        try lab.run(Self.environment(environment) + words, input: input, seconds: 120)
    }

    /// A shell script inside the node, which must succeed; what it prints.
    @discardableResult
    func sh(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let result = try run(["sh", "-euc", script])
        #expect(result.status == 0, "\(result)", sourceLocation: sourceLocation)
        return result.stdout
    }

    static func environment(_ more: [String: String] = [:]) -> [String] {
        ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "NODE_NAME=\(name)"]
            + more.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The words of a command on this node's database.
    func words(_ verb: [String]) throws -> [String] {
        [try Programs.migrate] + verb + ["--private-bpffs", "--db", database]
    }

    /// Runs a verb and expects its exit code, and `code` among the messages.
    @discardableResult
    func migrate(
        _ verb: String..., environment: [String: String] = [:], input: String = "", exit: Int32 = 0, code: Code? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> CommandResult {
        let result = try run(try words(verb), environment: environment, input: input)
        expect(result, exit: exit, code: code, sourceLocation: sourceLocation)
        return result
    }

    func expect(
        _ result: CommandResult, exit: Int32, code: Code?, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == exit, "\(result)", sourceLocation: sourceLocation)
        if let code { #expect(result.stderr.contains("[\(code.text)]"), "\(result)", sourceLocation: sourceLocation) }
    }

    /// A refusal: exit code, message code, and not a filter, route or pin moved.
    func refuses(
        _ verb: String..., environment: [String: String] = [:], input: String = "", exit: Int32, code: Code?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try state()
        let result = try run(try words(verb), environment: environment, input: input)
        expect(result, exit: exit, code: code, sourceLocation: sourceLocation)
        #expect(try state() == before, sourceLocation: sourceLocation)
    }

    // MARK: Verbs that every test needs

    /// Plans into a file of that name; returns its path.
    @discardableResult
    func plan(
        _ name: String = "plan.json", membership: Membership = .onLink, acceptUnknown: Bool = false,
        cut: CutKind = .switch, exit: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let path = scratch + "/" + name
        let consent =
            (acceptUnknown ? ["--accept-unknown"] : []) + (membership == .enrolled ? ["--static-set"] : [])
        let words = try words(
            ["plan", "--membership", membership.rawValue, "--out", path, "--cut", cut.rawValue] + consent)
        expect(try run(words), exit: exit, code: nil, sourceLocation: sourceLocation)
        return path
    }

    func document(_ path: String) throws -> PlanDocument {
        try JSON.decode(PlanDocument.self, from: Array(try TextFile.read(path).utf8))
    }

    @discardableResult
    func apply(_ plan: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> RunDocument {
        let result = try migrate(
            "apply", "--node", Self.name, "--confirm-within", "none", "-o", "json", plan, sourceLocation: sourceLocation
        )
        return try runDocument(result)
    }

    @discardableResult
    func rollback(
        _ more: String..., exit: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RunDocument {
        let result = try run(try words(["rollback", "--node", Self.name, "-o", "json"] + more))
        expect(result, exit: exit, code: nil, sourceLocation: sourceLocation)
        return try runDocument(result)
    }

    func status(exit: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> StatusDocument {
        let result = try migrate("status", "-o", "json", exit: exit, sourceLocation: sourceLocation)
        return try JSON.decode(StatusDocument.self, from: Array(result.stdout.utf8))
    }

    func runDocument(_ result: CommandResult) throws -> RunDocument {
        let document = try JSON.decode(RunDocument.self, from: Array(result.stdout.utf8))
        replacements.formUnion(
            document.hooks.compactMap(\.after?.id).filter { !lab.state.programs.map(\.id).contains($0) })
        return document
    }
}

/// A node for the duration of `body`; whatever comes of it, nothing may be left.
func withNode(
    _ family: LabFamily = .ambient, pods: Int = 2, faults: Bool = false, ipv6: Bool = true,
    _ body: (Node) throws -> Void
) throws {
    let node = try Node(family, pods: pods, faults: faults, ipv6: ipv6)
    do {
        try body(node)
    } catch {
        try node.end()
        throw error
    }
    try node.end()
}
