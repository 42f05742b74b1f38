import Glibc

/// Names of the machine this process runs on.
public enum Host {
    /// `NODE_NAME`, as Kubernetes hands it down, else the host name.
    public static func nodeName() -> String {
        // SAFETY: no other thread changes the environment.
        if let named = unsafe getenv("NODE_NAME") {
            let text = unsafe String(cString: named)
            if !text.isEmpty { return text }
        }
        return TextFile.line("/proc/sys/kernel/hostname") ?? "unknown"
    }

    /// The host's machine id (machine-id(5)), also from inside a container that sees the host's process 1.
    public static func machineID() -> String? {
        for path in ["/proc/1/root/etc/machine-id", "/etc/machine-id"] {
            if let id = TextFile.line(path), id.count == 32, id.allSatisfy(\.isHexDigit) { return id }
        }
        return nil
    }

    /// Changes with every boot.
    public static func bootID() -> String { knownBootID ?? "unknown" }

    /// `nil` where it cannot be read, for want of a descriptor, say: then no run may be taken for one of an earlier boot.
    ///
    /// Read once, so that what could be told when a command began is told to its end.
    public static let knownBootID: String? = TextFile.line("/proc/sys/kernel/random/boot_id")

    /// `uname -r`.
    public static func kernelRelease() -> String { TextFile.line("/proc/sys/kernel/osrelease") ?? "unknown" }
}
