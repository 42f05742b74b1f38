import Glibc
import Kernel
import Model

/// Checks that come before anything else.
public enum Guards {
    /// Listing BPF objects and entering namespaces needs root.
    ///
    /// - Parameter verb: whose capabilities must be there as well; `nil` asks for none.
    public static func requireRoot(for what: String, as verb: PrivilegedVerb? = nil) throws(MigrateError) {
        guard geteuid() == 0 else {
            throw MigrateError(
                .needsRoot, "cannot \(what)", facts: ["it runs as uid \(geteuid()), and root is needed"],
                remedy: "Run it as root:  sudo \(CommandLine.arguments.map(\.shellWord).joined(separator: " "))")
        }
        if let verb { try requireCapabilities(of: verb, for: what) }
        try DescriptorLimit.raise(for: what)
        // Before anything else is opened: a run that seems to be of another boot is closed as gone.
        guard Host.knownBootID != nil else {
            throw MigrateError(
                .kernelRead, "cannot \(what)",
                facts: ["which boot this is cannot be read from /proc/sys/kernel/random/boot_id"],
                remedy: "Look there, and how many files may be open:  cat /proc/sys/kernel/random/boot_id; ulimit -n")
        }
    }

    /// Before anything is opened: a command that is refused in the middle has more to put back, and says less.
    ///
    /// `MIGRATE_CAPABILITIES=unchecked` leaves it to the kernel alone, which is how `scripts/capabilities` finds out what is needed.
    private static func requireCapabilities(of verb: PrivilegedVerb, for what: String) throws(MigrateError) {
        guard Settings.environment("MIGRATE_CAPABILITIES") != "unchecked", let effective = Rights.effective() else {
            return
        }
        let missing = Rights.isInitialUserNamespace() ? verb.missing(from: effective) : verb.needs
        guard !missing.isEmpty else { return }
        throw MigrateError(
            .missingCapability, "cannot \(what)",
            facts: missing.map { "\($0.rawValue) is missing: it \($0.use)" }
                + (Rights.isInitialUserNamespace()
                    ? [] : ["this user namespace is not the host's; in Kubernetes the pod needs hostUsers: true"])
                + ["\(verb.rawValue) needs \(verb.needs.map(\.rawValue).joined(separator: " "))"],
            remedy: "See what this machine gives it:  migrate preflight")
    }

    /// `--node` is a guard, not a target.
    public static func requireNode(_ asked: String) throws(MigrateError) {
        let name = Host.nodeName()
        guard asked == name else {
            throw MigrateError(
                .wrongNode, "cannot act on node \(asked)",
                facts: ["this machine is \(name); this command acts on the machine it runs on"],
                remedy:
                    "Run it on \(asked), there or as a Job (migrate manifest --help), or, if this machine is meant:  \(TypedCommand.current.with("--node", name))"
            )
        }
    }
}
