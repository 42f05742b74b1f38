/// Suggested commands that act on a network namespace, which is not always the one that they are typed in.
public enum NamespaceEntry {
    private static let tools: Set<Substring> = ["ip", "ping", "tc", "bridge"]

    /// A remedy whose commands enter the namespace by themselves; as it is where no path was named.
    ///
    /// Commands follow two blanks, and each other after a semicolon.
    public static func entered(_ remedy: String, path: String?) -> String {
        guard let path, let range = remedy.firstRange(of: "  ") else { return remedy }
        let commands = remedy[range.upperBound...].split(separator: "; ").map { command in
            tools.contains(command.prefix { $0 != " " })
                ? "nsenter --net=\(path.shellWord) \(command)" : String(command)
        }
        return remedy[..<range.upperBound] + commands.joined(separator: "; ")
    }
}
