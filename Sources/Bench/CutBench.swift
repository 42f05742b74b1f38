import Kernel
import Loader
import Model

/// Rounds of: bare replacements, our exchange, a whole run.
enum CutBench {
    static let rounds = 7

    static func run(_ counts: [Int]) throws {
        let node = try BenchNode()
        defer { try? node.down() }
        MigrateBench.say("hooks  what                        median ms  of bare")
        for count in counts.sorted() {
            try node.grow(to: count)
            var samples = Samples()
            for _ in 0..<rounds { try round(node, &samples) }
            for name in samples.names {
                let columns = [
                    "\(count)".padded(to: 5), name.padding(27), samples.milliseconds(name).padded(to: 9),
                    samples.ratio(name, to: "bare").padded(to: 7),
                ]
                MigrateBench.say(columns.joined(separator: "  "))
            }
        }
    }

    private static func round(_ node: BenchNode, _ samples: inout Samples) throws {
        let legacy = OpenProgram(try BPFProgram(id: node.legacy))
        let plain = OpenProgram(try ReplacementObject.load(try BenchRun.configuration()))
        for program in [plain, legacy] {
            try node.inside { _ in try samples.time("bare") { try BareReplacement.replace(node.hooks, by: program) } }
        }
        for program in [plain, legacy] {
            try node.inside { namespace in try exchange(node.hooks, by: program, in: namespace, &samples) }
        }
        try node.inside { namespace in try BenchRun(node: node, namespace: namespace).whole(&samples) }
    }

    private static func exchange(
        _ hooks: [Hook], by program: OpenProgram, in namespace: NetworkNamespace, _ samples: inout Samples
    ) throws {
        let swaps = BenchNode.swaps(hooks, by: program)
        let directory = try NamespaceDirectory(node: namespace, seeking: [namespace.identity.cookie])
        try BenchNode.insist(samples.time("exchange, checked") { HookExchange.exchange(swaps, in: directory) })
    }
}
