import ArgumentParser
import Model

/// How results are written.
public enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text
    case json
}

/// Options that every verb takes. Each comes from the flag, else `MIGRATE_<FLAG>`, else
/// `/etc/migrate/config.yaml`, else its default.
public struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customLong("db"),
        help: ArgumentHelp("The database (default: /var/lib/migrate/migrate.db).", valueName: "path"))
    public var database: String?

    @Option(help: ArgumentHelp("Where the bpffs is mounted (default: /sys/fs/bpf).", valueName: "path"))
    public var bpffs: String?

    @Option(
        help: ArgumentHelp("The node's network namespace (default: the one this command runs in).", valueName: "path"))
    public var netns: String?

    @Option(
        help: ArgumentHelp(
            "A built-in profile or a file (default: the built-in one whose pins exist).", valueName: "name|file"))
    public var profile: String?

    @Option(name: .shortAndLong, help: "Format of the result on standard output: text or json.")
    public var output: OutputFormat?

    @Option(
        help: ArgumentHelp(
            "Also write how it ended to this file, in 4096 bytes at most: what Kubernetes keeps of a container.",
            valueName: "path"))
    public var terminationLog: String?

    @Flag(help: "The bpffs is not the host's, and that is meant: its pins go away with this container or lab.")
    public var privateBpffs = false

    @Flag(help: "JSON lines while it works; the last line is the document.")
    public var stream = false

    @Flag(help: "Never ask; fail where an answer would be needed.")
    public var noInput = false

    @Flag(help: "No colour.")
    public var noColor = false

    @Flag(name: .shortAndLong, help: "No messages on standard error but errors.")
    public var quiet = false

    @Flag(name: .shortAndLong, help: "More messages on standard error.")
    public var verbose = false

    public init() {}
}
