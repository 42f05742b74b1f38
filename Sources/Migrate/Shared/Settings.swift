import Glibc
import Kernel
import Model
import Store
import Yams

/// The options as they hold after flag, environment, configuration file and default were weighed.
public struct Settings: Sendable {
    public var database: String
    public var bpffs: String
    public var netns: String?
    public var profile: String?
    public var output: OutputFormat
    /// From the command line only: it is a consent.
    public var privateBPFFS: Bool
    public var stream: Bool
    public var noInput: Bool
    public var quiet: Bool
    public var verbose: Bool

    public static let configurationFile = "/etc/migrate/config.yaml"
    public static let defaultDatabase = Store.defaultPath
    public static let defaultBPFFS = "/sys/fs/bpf"
    static let keys = ["db", "bpffs", "netns", "profile", "output"]

    public init(_ options: GlobalOptions) throws(MigrateError) {
        let file = try Self.readConfiguration(Self.configurationFile)
        func value(_ flag: String?, _ key: String) -> String? {
            flag ?? Self.environment("MIGRATE_" + key.uppercased()) ?? file[key]
        }
        database = value(options.database, "db") ?? Self.defaultDatabase
        bpffs = value(options.bpffs, "bpffs") ?? Self.defaultBPFFS
        netns = value(options.netns, "netns")
        profile = value(options.profile, "profile")
        let format = value(options.output?.rawValue, "output") ?? OutputFormat.text.rawValue
        guard let output = OutputFormat(rawValue: format) else {
            throw MigrateError(
                .usage, "cannot read the output format", facts: ["\(format) is neither text nor json"],
                remedy: "Say  -o json")
        }
        self.output = output
        privateBPFFS = options.privateBpffs
        stream = options.stream
        noInput = options.noInput
        quiet = options.quiet
        verbose = options.verbose
    }

    static func environment(_ name: String) -> String? {
        // SAFETY: single-threaded at this point; the text is copied at once.
        guard let text = getenv(name) else { return nil }
        let value = String(cString: text)
        return value.isEmpty ? nil : value
    }

    /// A missing file is no configuration; a bad one is an error that names line and field.
    static func readConfiguration(_ path: String) throws(MigrateError) -> [String: String] {
        guard let text = TextFile.read(path) else { return [:] }
        func failure(_ message: String) -> MigrateError {
            MigrateError(
                .badConfiguration, "cannot read \(path)", facts: [message],
                remedy: "Mend it, or move it away:  mv \(path) \(path).off")
        }
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch { throw failure("not YAML: \(error)") }
        guard let root else { return [:] }
        guard let mapping = root.mapping else {
            throw failure("a mapping of \(keys.joined(separator: ", ")) is expected")
        }
        var found: [String: String] = [:]
        for (key, node) in mapping {
            let line = key.mark?.line ?? 0
            guard let name = key.string, keys.contains(name) else {
                throw failure(
                    "line \(line): unknown key \(key.string ?? "?"); known are \(keys.joined(separator: ", "))")
            }
            guard let value = node.scalar?.string else { throw failure("line \(line): \(name) must be a text") }
            found[name] = value
        }
        return found
    }
}
