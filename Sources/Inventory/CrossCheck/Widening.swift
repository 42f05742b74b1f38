import Kernel
import Model

/// The other side of the cross-check: destinations that the map does not hold and the replacement would redirect.
public enum Widening {
    public struct Candidate: Hashable, Sendable {
        public var address: IPAddress
        public var why: String
    }

    /// Host routes, neighbors and further addresses of pods that are no keys of the map.
    public static func candidates(
        _ topology: Topology, known: Set<IPAddress>, families: Set<AddressFamily>
    ) -> [Candidate] {
        var found: [IPAddress: String] = [:]
        let own = topology.addresses(netns: topology.node)
        func offer(_ address: IPAddress, _ why: String) {
            guard families.contains(address.family), !known.contains(address), !own.contains(address),
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
        return found.map { Candidate(address: $0.key, why: $0.value) }.sorted { $0.address < $1.address }
    }

    /// Those of the candidates that would be redirected, by what the kernel answered for each.
    public static func widened(
        _ candidates: [Candidate], answers: [FIBProbe.Answer], topology: Topology
    ) -> [PlanDocument.Destination] {
        zip(candidates, answers).compactMap { candidate, answer in
            guard answer.outcome == .redirected else { return nil }
            return .init(
                address: candidate.address,
                interface: topology.link(answer.ifindex)?.name ?? "ifindex \(answer.ifindex)",
                why: candidate.why)
        }
    }

    /// Entries that are redirected only today.
    public static func lost(_ result: CrossCheck.Result) -> [PlanDocument.Destination] {
        result.findings.compactMap { finding in
            guard finding.legacy.interface != nil, result.outcomes[finding.address] != .redirected else { return nil }
            return .init(
                address: finding.address, interface: finding.legacy.interface ?? "", why: finding.verdict.rawValue)
        }
    }
}
