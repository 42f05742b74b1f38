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
        /// Cookie of the namespace whose neighbor it is.
        public var netns: UInt64
        public var address: IPAddress
        public var ifindex: UInt32
        public init(netns: UInt64, address: IPAddress, ifindex: UInt32) {
            self.netns = netns
            self.address = address
            self.ifindex = ifindex
        }
    }

    /// Starts resolution of all, in every namespace at once, and waits until each has an answer or `timeout`
    /// milliseconds have passed.
    ///
    /// Returns the targets that have no valid neighbor then, those of unknown namespaces among them.
    public static func warm(
        _ targets: [Target], in namespaces: [NetworkNamespace], timeout: Int = 2000
    ) throws(KernelError) -> [Target] {
        var pending = Dictionary(grouping: targets, by: \.netns)
        let places = namespaces.filter { pending[$0.identity.cookie] != nil }
        for namespace in places {
            pending[namespace.identity.cookie] = try ask(pending[namespace.identity.cookie] ?? [], in: namespace)
        }
        var waited = 0
        while true {
            for namespace in places {
                let cookie = namespace.identity.cookie
                guard let asked = pending[cookie], !asked.isEmpty else { continue }
                pending[cookie] = try unresolved(asked, in: namespace)
            }
            let isDone = places.allSatisfy { pending[$0.identity.cookie]?.isEmpty ?? true }
            if isDone || waited >= timeout { return targets.filter { pending[$0.netns]?.contains($0) ?? false } }
            usleep(20_000)
            waited += 20
        }
    }

    /// Starts resolution of those that have no answer, and returns them.
    private static func ask(_ targets: [Target], in namespace: NetworkNamespace) throws(KernelError) -> [Target] {
        try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            let wanted = unresolved(targets, in: try socket.neighbors(netns: namespace.identity.cookie))
            var start = 0
            while start < wanted.count {
                let end = min(start + socket.batchLimit, wanted.count)
                // A refusal (device gone, table full) shows in the dump later as a neighbor that is not there.
                _ = try Send.all(
                    wanted[start..<end].map(message), socket: &socket, operation: "resolve", subject: "neighbors")
                start = end
            }
            return wanted
        }
    }

    private static func unresolved(
        _ targets: [Target], in namespace: NetworkNamespace
    ) throws(KernelError) -> [Target] {
        try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            return unresolved(targets, in: try socket.neighbors(netns: namespace.identity.cookie))
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
                Target(netns: $0.netns, address: $0.address, ifindex: $0.ifindex)
            })
        return targets.filter { !valid.contains($0) }
    }
}
