import Kernel
import Model

/// Reasons of the replacement, in words.
extension Forecaster {
    /// Where the neighbor's MAC is not that of who is behind the interface.
    var lateness: String {
        guard let link = topology.link(probe.ifindex), case .link(let peer) = topology.peer(of: link),
            let own = peer.mac,
            let stale = StaleNeighbor(topology.neighbor(address, ifindex: probe.ifindex), behind: peer)
        else { return "" }
        let until = stale.isForEver ? "for ever" : "until the kernel notices, up to about \(StaleNeighbor.seconds) s"
        return "; but behind \(link.name) is \(own), which takes no packet for \(stale.mac): lost \(until)"
    }

    /// Why the decision is as it is, in `decide.h`'s order.
    var why: String {
        let device = topology.link(probe.ifindex)?.name ?? "ifindex \(probe.ifindex)"
        switch probe.outcome {
        case .redirected:
            return probe.mac == nil
                ? "it is its own next hop on \(device); the kernel asks for its MAC when it sends"
                : "it is its own next hop on \(device)"
        case .notUnicast: return "it is no unicast address that a pod may have"
        case .fibMiss:
            return topology.holds(address, netns: topology.node)
                ? "the node itself has it (\(probe.result.name))" : "the FIB says \(probe.result.name)"
        case .gateway: return "its next hop is \(probe.nextHop.map { "\($0)" } ?? "another one") on \(device)"
        case .sameDevice: return "it would leave by \(device), where it came in"
        case .deviceDenied:
            let reason = denied.first { $0.netns == topology.node && $0.ifindex == probe.ifindex }?.why
            return "\(device) is never redirected to" + (reason.map { ": it \($0)" } ?? "")
        case .deviceUnfit: return unfit(device)
        case .notEligible, .notMember, .error, .dropped: return probe.outcome.name
        }
    }

    private func unfit(_ device: String) -> String {
        guard let link = topology.link(probe.ifindex) else { return "\(device) is of another link type" }
        if let master = link.master.flatMap({ topology.link($0) }) { return "\(device) is a port of \(master.name)" }
        return "\(device) is \(link.kind.map { "a \($0)" } ?? "no virtual interface"), \(input.name) is "
            + (input.kind.map { "a \($0)" } ?? "none")
    }
}
