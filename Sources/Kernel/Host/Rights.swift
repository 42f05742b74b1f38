/// What this process may do, as the kernel says.
public enum Rights {
    /// `CapEff` of `/proc/self/status` (proc(5)), bit n is capability n; `nil` where it cannot be read.
    public static func effective() -> UInt64? {
        TextFile.read("/proc/self/status").flatMap { effective(in: $0) }
    }

    static func effective(in status: String) -> UInt64? {
        status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
            .flatMap { UInt64($0.dropFirst("CapEff:".count).drop { $0 == "\t" || $0 == " " }, radix: 16) }
    }

    /// Whether user ids are the host's: in another user namespace the kernel lets no capability count for BPF and for namespaces
    /// that were there before (user_namespaces(7)). `true` where it cannot be read.
    public static func isInitialUserNamespace() -> Bool {
        guard let map = TextFile.read("/proc/self/uid_map") else { return true }
        return map.split(whereSeparator: \.isWhitespace) == ["0", "0", "4294967295"]
    }
}
