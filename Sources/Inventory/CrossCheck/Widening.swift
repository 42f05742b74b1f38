import Kernel
import Model

/// The other side of the cross-check: destinations that the map does not hold and the replacement would redirect.
public enum Widening {
    public struct Candidate: Hashable, Sendable {
        public var address: IPAddress
        public var why: String
    }

    /// A destination that the replacement would redirect, and by which interface.
    public struct Widened: Hashable, Sendable {
        public var destination: PlanDocument.Destination
        public var device: DeviceKey
    }

    /// Host routes, neighbors and addresses of pods, and why each is one. Those that are keys of a map must be left out.
    public static func candidates(_ topology: Topology, families: Set<AddressFamily>) -> [IPAddress: String] {
        var found: [IPAddress: String] = [:]
        let own = topology.addresses(netns: topology.node)
        func offer(_ address: IPAddress, _ why: String) {
            guard families.contains(address.family), !own.contains(address),
                !address.isMulticastOrBroadcast, !address.isLinkLocal, found[address] == nil
            else { return }
            found[address] = why
        }
        for route in topology.routes
        where route.kind == .unicast && route.destination.isHost && route.gateway == nil && route.outputInterface != nil
        {
            offer(route.destination.address, "a host route")
        }
        for link in topology.nodeLinks {
            guard case .link(let peer) = topology.peer(of: link), peer.netns != topology.node else { continue }
            for address in topology.addresses(netns: peer.netns) { offer(address, "an address of a pod") }
        }
        for neighbor in topology.nodeNeighbors where !neighbor.state.contains(.failed) {
            offer(neighbor.address, "a neighbor")
        }
        return found
    }

    /// Those of the candidates that would be redirected, by what the kernel answered for each.
    public static func widened(
        _ candidates: [Candidate], answers: [FIBProbe.Answer], topology: Topology
    ) -> [Widened] {
        zip(candidates, answers).compactMap { candidate, answer in
            guard answer.outcome == .redirected else { return nil }
            return Widened(
                destination: .init(
                    address: candidate.address,
                    interface: topology.link(answer.ifindex)?.name ?? "ifindex \(answer.ifindex)",
                    why: candidate.why),
                device: DeviceKey(netns: topology.node, ifindex: answer.ifindex))
        }
    }
}
