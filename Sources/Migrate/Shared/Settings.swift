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
    /// Where a container leaves its last words; `nil` elsewhere.
    public var terminationLog: String?
    /// From the command line only: it is a consent.
    public var privateBPFFS: Bool
    public var stream: Bool
    public var noInput: Bool
    public var quiet: Bool
    public var verbose: Bool
    /// What the plan at hand was asked for; suggested plans ask the same. `nil` before one is.
    public var asked: PlanDocument.Asked?

    public static let configurationFile = "/etc/migrate/config.yaml"
    public static let defaultDatabase = Store.defaultPath
    public static let defaultBPFFS = "/sys/fs/bpf"
    /// The options that need not come from the command line. None of them is a consent to change the node.
    static let keys =
        ["db", "bpffs", "netns", "profile", "output", "termination-log"]
        + ["membership", "egress", "accept-unknown", "static-set", "cut", "equivalence", "all-entries"]
    /// What the configuration file says, by those keys.
    private let file: [String: String]

    public init(_ options: GlobalOptions) throws(MigrateError) {
        let file = try Self.readConfiguration(Self.configurationFile)
        self.file = file
        func value(_ flag: String?, _ key: String) -> String? { flag ?? Self.unflagged(key, file)?.value }
        database = value(options.database, "db") ?? Self.defaultDatabase
        bpffs = value(options.bpffs, "bpffs") ?? Self.defaultBPFFS
        // Printed commands name it, and are typed anywhere.
        netns = value(options.netns, "netns").map { PlanSource.absolute($0, unless: false) }
        profile = value(options.profile, "profile")
        terminationLog = value(options.terminationLog, "termination-log")
        let format = value(options.output?.rawValue, "output") ?? OutputFormat.text.rawValue
        guard let output = OutputFormat(rawValue: format) else {
            throw MigrateError(
                .usage, "cannot read the output format", facts: ["\(format) is neither text nor json"],
                remedy: "Say  -o json")
        }
        // Lines of JSON are JSON, whatever the format is elsewhere.
        guard !options.stream || options.output != .text else {
            throw MigrateError(
                .usage, "cannot stream text", facts: ["--stream writes JSON lines, and -o text was asked for"],
                remedy: "Leave one of them out:  \(TypedCommand.current.with("-o", "json"))")
        }
        self.output = options.stream ? .json : output
        privateBPFFS = options.privateBpffs
        stream = options.stream
        noInput = options.noInput
        quiet = options.quiet
        verbose = options.verbose
    }

    /// What was said elsewhere than on the command line, and where: `MIGRATE_ACCEPT_UNKNOWN` over `accept-unknown`.
    private static func unflagged(_ key: String, _ file: [String: String]) -> (value: String, source: String)? {
        let name = "MIGRATE_" + key.uppercased().replacing("-", with: "_")
        if let value = environment(name) { return (value, name) }
        return file[key].map { ($0, "\(configurationFile), \(key)") }
    }

    /// One of several words.
    func choice<Value: CaseIterable & RawRepresentable<String>>(
        _ flag: Value?, _ key: String, default fallback: Value
    ) throws(MigrateError) -> Value {
        if let flag { return flag }
        guard let said = Self.unflagged(key, file) else { return fallback }
        guard let value = Value(rawValue: said.value) else {
            throw Self.refusal(key, said, Value.allCases.map(\.rawValue))
        }
        return value
    }

    /// A flag; elsewhere than on the command line it is said as true or false.
    public func isOn(_ flag: Bool, _ key: String) throws(MigrateError) -> Bool {
        if flag { return true }
        guard let said = Self.unflagged(key, file) else { return false }
        switch said.value {
        case "1", "true", "yes": return true
        case "0", "false", "no": return false
        default: throw Self.refusal(key, said, ["true", "false"])
        }
    }

    private static func refusal(
        _ key: String, _ said: (value: String, source: String), _ known: [String]
    ) -> MigrateError {
        MigrateError(
            .usage, "cannot use \(key)",
            facts: ["\(said.source) says \(said.value); it takes \(known.joined(separator: ", "))"],
            remedy: "See what each means:  migrate plan --help")
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
