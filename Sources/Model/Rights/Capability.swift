/// A capability (capabilities(7)) that some verb needs. A process of root's that has no others is enough.
public enum Capability: String, CaseIterable, Codable, Sendable {
    case dacReadSearch = "CAP_DAC_READ_SEARCH"
    case netAdmin = "CAP_NET_ADMIN"
    case sysPtrace = "CAP_SYS_PTRACE"
    case sysAdmin = "CAP_SYS_ADMIN"

    /// Its bit in `/proc/PID/status` (include/uapi/linux/capability.h).
    public var bit: Int {
        switch self {
        case .dacReadSearch: 2
        case .netAdmin: 12
        case .sysPtrace: 19
        case .sysAdmin: 21
        }
    }

    /// As Kubernetes spells it, and setpriv(1) but for the case.
    public var shortName: String { String(rawValue.dropFirst("CAP_".count)) }

    /// What becomes of it here.
    public var use: String {
        switch self {
        case .dacReadSearch: "looks which processes of other users hold maps, programs and links"
        case .netAdmin: "loads tc programs, reads tcx lists, replaces filters, asks neighbors for their MACs"
        case .sysPtrace: "finds network namespaces, the host's bpffs and the holders of maps by other processes"
        case .sysAdmin: "opens BPF objects by their ids, enters network namespaces"
        }
    }
}
