import CKernel
import Glibc
import Kernel
import Model

/// Asks the kernel to resolve neighbors before traffic needs them.
///
/// `RTM_NEWNEIGH` with `NTF_USE` is what the kernel does itself when a packet is sent (`neigh_add`,
/// net/core/neighbour.c): it starts resolution. A burst to an unresolved neighbor beyond `unres_qlen_bytes`
/// would be lost. Neighbors that have an answer are not asked for: the request also takes `NUD_PERMANENT` away
/// (`__neigh_update`), and a permanent neighbor is somebody's decision.
public enum NeighborWarming {
    public struct Target: Hashable, Sendable {
        public var address: IPAddress
        public var ifindex: UInt32
        public init(address: IPAddress, ifindex: UInt32) {
            self.address = address
            self.ifindex = ifindex
        }
    }

    /// Starts resolution of all, waits until each has an answer or `timeout` milliseconds have passed.
    ///
    /// For a thread inside the node's namespace. Returns the targets that have no valid neighbor then.
    public static func warm(
        _ targets: [Target], netns: UInt64, timeout: Int = 2000
    ) throws(KernelError) -> [Target] {
        guard !targets.isEmpty else { return [] }
        var socket = try NetlinkSocket()
        let wanted = unresolved(targets, in: try socket.neighbors(netns: netns))
        var start = 0
        while start < wanted.count {
            let end = min(start + socket.batchLimit, wanted.count)
            // A refusal (device gone, table full) shows in the dump below as a neighbor that is not there.
            _ = try Send.all(
                wanted[start..<end].map(message), socket: &socket, operation: "resolve", subject: "neighbors")
            start = end
        }
        var waited = 0
        while true {
            let pending = unresolved(targets, in: try socket.neighbors(netns: netns))
            if pending.isEmpty || waited >= timeout { return pending }
            usleep(20_000)
            waited += 20
        }
    }

    private static func message(_ target: Target) -> NetlinkMessage {
        let header = FamilyHeader.neighbor(
            target.address.family, ifindex: target.ifindex, flags: UInt8(NTF_USE))
        return NetlinkMessage(type: RTM_NEWNEIGH, flags: NLM_F_ACK | NLM_F_CREATE, family: header).with {
            $0.add(Int(NDA_DST), bytes: target.address.networkBytes)
        }
    }

    private static func unresolved(_ targets: [Target], in neighbors: [Neighbor]) -> [Target] {
        let valid = Set(
            neighbors.filter { !$0.state.isDisjoint(with: .valid) }.map {
                Target(address: $0.address, ifindex: $0.ifindex)
            })
        return targets.filter { !valid.contains($0) }
    }
}
