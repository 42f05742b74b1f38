import CLibbpf
import Glibc

/// Filters as the deployment makes them: clsact, priority 1, handle 1, protocol all, direct-action.
enum TrafficControl {
    enum Direction: String {
        case ingress
        case egress
    }

    /// In the calling thread's namespace.
    static func attach(program: CInt, to ifindex: UInt32, _ direction: Direction) throws(LabError) {
        let subject = "ifindex \(ifindex) \(direction.rawValue)"
        let point = direction == .ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS
        try negated("attach to", subject, migrate_attach_clsact(CInt(ifindex), point, program))
    }
}
