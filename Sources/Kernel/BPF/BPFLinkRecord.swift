import CLibbpf
import Model

/// What the kernel says of a BPF link (`struct bpf_link_info`, include/uapi/linux/bpf.h).
///
/// It never says in which network namespace the place is.
public struct BPFLinkRecord: Hashable, Sendable {
    public enum Place: Hashable, Sendable {
        /// The ifindex in the device's own namespace; 0 once the device is gone.
        case xdp(ifindex: UInt32)
        case tcx(ifindex: UInt32, attachType: UInt32)
        case netkit(ifindex: UInt32, attachType: UInt32)
        /// `NFPROTO_*` and `NF_INET_*`.
        case netfilter(family: UInt32, hook: UInt32, priority: Int32)
        /// A place that no packet through an interface meets.
        case other
    }

    public var id: UInt32
    /// `BPF_LINK_TYPE_*`.
    public var type: UInt32
    public var programID: UInt32
    public var place: Place

    init(_ info: migrate_link_info) {
        id = info.id
        type = info.type
        programID = info.prog_id
        // The type says which member of the union the kernel filled.
        place =
            switch Int(info.type) {
            case Int(MIGRATE_LINK_XDP): .xdp(ifindex: info.xdp.ifindex)
            case Int(MIGRATE_LINK_TCX): .tcx(ifindex: info.tcx.ifindex, attachType: info.tcx.attach_type)
            case Int(MIGRATE_LINK_NETKIT):
                .netkit(ifindex: info.netkit.ifindex, attachType: info.netkit.attach_type)
            case Int(MIGRATE_LINK_NETFILTER):
                .netfilter(
                    family: info.netfilter.pf, hook: info.netfilter.hooknum, priority: info.netfilter.priority)
            default: .other
            }
    }

    /// Gives xdp hooks the link that holds them.
    ///
    /// rtnetlink does not name it, and the link does not name the namespace. What both name, interface and program, may
    /// fit more than one: then it stays open which, and is said.
    public static func assign(_ links: [BPFLinkRecord], to hooks: inout [Hook]) -> [Unobserved] {
        struct Key: Hashable {
            var ifindex: UInt32
            var program: UInt32
        }
        var candidates: [Key: [UInt32]] = [:]
        for link in links {
            guard case .xdp(let ifindex) = link.place else { continue }
            candidates[Key(ifindex: ifindex, program: link.programID), default: []].append(link.id)
        }
        var places: [Key: [Int]] = [:]
        for (index, hook) in hooks.enumerated() where hook.kind == .xdp {
            guard let program = hook.program else { continue }
            places[Key(ifindex: hook.ifindex, program: program.id), default: []].append(index)
        }
        var unobserved: [Unobserved] = []
        for (key, indices) in places {
            guard let fitting = candidates[key], let first = indices.first else { continue }
            if fitting.count == 1 && indices.count == 1 {
                hooks[first].attachment?.linkID = fitting[0]
            } else {
                unobserved.append(
                    Unobserved(
                        what: "link of \(hooks[first].title), program \(key.program)",
                        why: "\(fitting.count) links fit \(indices.count) interfaces with index \(key.ifindex)"))
            }
        }
        return unobserved.sorted { $0.what < $1.what }
    }
}
