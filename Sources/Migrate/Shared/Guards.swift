import Glibc
import Kernel
import Model

/// Checks that come before anything else.
public enum Guards {
    /// Listing BPF objects and entering namespaces needs root.
    public static func requireRoot(for what: String) throws(MigrateError) {
        guard geteuid() == 0 else {
            throw MigrateError(
                .needsRoot, "cannot \(what)", facts: ["it runs as uid \(geteuid()), and root is needed"],
                remedy: "Run it as root:  sudo \(CommandLine.arguments.map(\.shellWord).joined(separator: " "))")
        }
        try DescriptorLimit.raise(for: what)
        // Before anything else is opened: a run that seems to be of another boot is closed as gone.
        guard Host.knownBootID != nil else {
            throw MigrateError(
                .kernelRead, "cannot \(what)",
                facts: ["which boot this is cannot be read from /proc/sys/kernel/random/boot_id"],
                remedy: "Look there, and how many files may be open:  cat /proc/sys/kernel/random/boot_id; ulimit -n")
        }
    }

    /// `--node` is a guard, not a target.
    public static func requireNode(_ asked: String) throws(MigrateError) {
        let name = Host.nodeName()
        guard asked == name else {
            throw MigrateError(
                .wrongNode, "cannot act on node \(asked)",
                facts: ["this machine is \(name); this command acts on the machine it runs on"],
                remedy:
                    "Run it on \(asked), or, if this machine is meant:  \(TypedCommand.current.with("--node", name))")
        }
    }
}
