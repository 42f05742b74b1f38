import Glibc
import Kernel
import Lab
import Loader
import Model

/// A lab with one hook on each of many interfaces, all with the deployment's legacy program.
final class BenchNode {
    static let bpffs = "/sys/fs/bpf"
    private static let pin = "\(bpffs)/bench_legacy"

    private let lab: LabNode
    let legacy: UInt32
    private(set) var hooks: [Hook] = []

    init() throws {
        lab = try LabNode.up(LabOptions(name: "bench-cut-\(getpid())", pods: 1))
        guard let program = lab.state.programs.first(where: { $0.name == "ztunnel_host_ingress" }) else {
            throw BenchFailure("the lab has no legacy program")
        }
        legacy = program.id
        try lab.run(["bpftool", "prog", "pin", "id", "\(legacy)", Self.pin]).mustSucceed()
    }

    func down() throws { try lab.down() }

    /// Inside the node's namespace, on a thread of its own.
    func inside<T>(_ body: (NetworkNamespace) throws -> T) throws -> T {
        try lab.enter { try body(try NetworkNamespace.current()) }
    }

    /// Adds hooks until there are `count`.
    func grow(to count: Int) throws {
        let new = hooks.count..<count
        guard !new.isEmpty else { return }
        // Both ends of a pair carry a hook.
        let pairs = Set(new.map { $0 / 2 }).sorted().filter { $0 * 2 >= new.lowerBound }
        try batch("ip", pairs.map { "link add \(name($0 * 2)) type veth peer name \(name($0 * 2 + 1))" })
        try batch("tc", new.map { "qdisc add dev \(name($0)) clsact" })
        try batch(
            "tc",
            new.map {
                "filter add dev \(name($0)) ingress prio 1 handle 1 bpf direct-action object-pinned \(Self.pin)"
            })
        hooks = try inside { namespace in
            try HookReader.hooks(in: namespace).filter { $0.interface.hasPrefix("bench") }
        }
        guard hooks.count == count else { throw BenchFailure("\(hooks.count) hooks, not \(count)") }
    }

    /// The legacy program into every hook, whatever is there.
    func reset(in namespace: NetworkNamespace) throws {
        let swaps = Self.swaps(hooks, by: OpenProgram(try BPFProgram(id: legacy)))
        try Self.insist(
            HookExchange.exchange(
                swaps, in: try NamespaceDirectory(node: namespace, seeking: [namespace.identity.cookie])))
    }

    static func swaps(_ hooks: [Hook], by program: OpenProgram) -> [HookExchange.Swap] {
        hooks.map { hook in
            var attributes = hook.filter?.bpf
            attributes?.programID = program.reference.id
            attributes?.name = program.reference.name
            return HookExchange.Swap(hook: hook, replacements: [], program: program, attributes: attributes) { _ in true
            }
        }
    }

    static func insist(_ outcomes: [HookExchange.Outcome]) throws {
        for outcome in outcomes {
            guard case .done = outcome else { throw BenchFailure("\(outcome)") }
        }
    }

    private func name(_ index: Int) -> String { "bench\(index)" }

    private func batch(_ tool: String, _ lines: [String]) throws {
        try lab.run([tool, "-batch", "-"], input: lines.joined(separator: "\n") + "\n", seconds: 300).mustSucceed()
    }
}
