import CLibbpf
import Glibc
import Kernel

/// Filters as a deployment makes them: clsact, protocol all, direct-action.
enum TrafficControl {
    enum Direction: String {
        case ingress
        case egress
    }

    /// Which filter of a chain it is.
    struct Place {
        var priority: UInt32 = 1
        var handle: UInt32 = 1
    }

    /// In the calling thread's namespace.
    /// - Parameter hasQdisc: libbpf complains on standard error of a clsact that it finds there.
    static func attach(
        program: borrowing OwnedDescriptor, to ifindex: UInt32, _ direction: Direction, _ place: Place = Place(),
        hasQdisc: Bool = false
    ) throws(LabError) {
        let subject = "ifindex \(ifindex) \(direction.rawValue)"
        let point = direction == .ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS
        try negated(
            "attach to", subject,
            migrate_attach_clsact(CInt(ifindex), point, program.raw, place.priority, place.handle, hasQdisc ? 1 : 0))
    }

    /// Exchanges the program of a filter that is there, without a gap.
    static func replace(
        program: borrowing OwnedDescriptor, at ifindex: UInt32, _ direction: Direction, _ place: Place
    ) throws(LabError) {
        let point = direction == .ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS
        try negated(
            "replace", "program at ifindex \(ifindex) \(direction.rawValue)",
            migrate_replace_clsact(CInt(ifindex), point, program.raw, place.priority, place.handle))
    }
}
