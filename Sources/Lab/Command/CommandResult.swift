/// How a command ended, and what it said.
public struct CommandResult: Hashable, Sendable {
    /// The command's words.
    public var command: [String]
    /// Exit status; 128 + n when ended by signal n.
    public var status: Int32
    public var stdout: String
    public var stderr: String

    /// Throws, quoting the command and its words, unless it ended with 0.
    @discardableResult
    public func mustSucceed() throws(LabError) -> CommandResult {
        guard status == 0 else {
            let words = (stderr.isEmpty ? stdout : stderr).split(separator: "\n").suffix(5).map(String.init)
            throw LabError(
                .commandFailed, "command failed: \(command.joined(separator: " "))", changed: "see below",
                facts: ["exit status \(status)"] + words)
        }
        return self
    }
}
