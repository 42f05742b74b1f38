/// Runs many `ip` commands in one process: hundreds of pods would otherwise mean thousands of processes.
///
/// iproute2 rather than netlink requests of our own: Kernel has no changing call on purpose, and what a reader of
/// a failure can type again is worth more here than speed.
enum IPBatch {
    /// Stops at the first command that fails and names it.
    /// - Parameter namespace: name below /run/netns; `nil` is the namespace of the calling thread.
    static func run(_ lines: [String], in namespace: String? = nil) throws(LabError) {
        guard !lines.isEmpty else { return }
        let prefix = namespace.map { ["-n", $0] } ?? []
        let result = try Command.run(
            ["ip"] + prefix + ["-batch", "-"], input: lines.joined(separator: "\n") + "\n")
        guard result.status != 0 else { return }
        let failed = failedLine(in: result.stderr).flatMap { lines.indices.contains($0) ? lines[$0] : nil }
        throw LabError(
            .commandFailed, "command failed: \((["ip"] + prefix).joined(separator: " ")) \(failed ?? "-batch -")",
            changed: "see below",
            facts: result.stderr.split(separator: "\n").map(String.init))
    }

    /// Index of the line that `Command failed -:3` names (counted from 1).
    static func failedLine(in words: String) -> Int? {
        guard let mark = words.split(separator: "\n").last(where: { $0.hasPrefix("Command failed -:") }) else {
            return nil
        }
        return Int(mark.dropFirst("Command failed -:".count)).map { $0 - 1 }
    }
}
