import Glibc
import Kernel
import Lab
import Model

/// What the cut costs on a node of many hooks, beside bare replacements through libbpf. Never part of the package, and
/// never a test: machines are noisy, so contestants alternate in one process, and ratios of medians count.
///
///     scripts/isolated …/MigrateBench cut [HOOKS …]
///
/// Needs `migrate-lab` beside it, root, and namespaces of its own: it changes the node that it runs on.
@main
struct MigrateBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let counts = arguments.dropFirst().map { Int($0) }
        guard arguments.first == "cut", !counts.contains(where: { $0 == nil || $0 == 0 }) else {
            fail("usage: MigrateBench cut [HOOKS …]", 64)
        }
        do {
            try CutBench.run(counts.isEmpty ? [1, 10, 100, 1000] : counts.compactMap { $0 })
        } catch {
            fail("MigrateBench: \(error)", 1)
        }
    }

    /// At once, also into a pipe.
    static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    private static func fail(_ line: String, _ status: CInt) -> Never {
        // SAFETY: the text outlives the call.
        _ = unsafe write(STDERR_FILENO, line + "\n", line.utf8.count + 1)
        exit(status)
    }
}

/// What a measurement could not do.
struct BenchFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
