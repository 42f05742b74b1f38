import Kernel
import Model

/// Puts what the kernel answered into words, with the route, rule, neighbor and device that it rests on.
struct KernelView {
    let topology: Topology
    let points: EndPoints
    /// Interfaces that the replacement never redirects to.
    let denied: [Decision.DeniedDevice]

    /// - Parameters:
    ///   - probe: `nil` where no replacement was asked.
    ///   - getroute: what became of the second door where it named no route.
    ///   - input: name of the interface that packets come in on; `nil` for the node's own.
    func answer(
        _ address: IPAddress, probe: FIBProbe.Answer?, route: RouteAnswer?, getroute: String, input: String?
    ) -> ExplanationDocument.KernelAnswer {
        let matched = route?.route
        let ifindex = probe.flatMap { $0.ifindex == 0 ? nil : $0.ifindex } ?? matched?.outputInterface
        let nextHop = probe?.nextHop ?? matched?.gateway ?? address
        let tables =
            matched.map { [RoutingWords.tableNumber($0)] }
            ?? topology.hostRouteTables(address, ifindex: ifindex ?? 0)
        let rules = PacketRules.answering(
            address, in: topology.rules, answeredFrom: tables, inputInterface: input ?? "lo")
        let isOut = matched.map { $0.kind == .unicast } ?? (ifindex != nil)
        return .init(
            fib: probe.map(fib), getroute: matched == nil ? getroute : "route",
            route: matched.map { RoutingWords.line($0, topology) }, rule: rules.answering.map(RoutingWords.line),
            packetRule: rules.packet.map(RoutingWords.line),
            // What is delivered here leaves by no device.
            neighbor: isOut ? ifindex.map { neighbor(nextHop, $0) } : nil,
            device: isOut ? ifindex.flatMap { topology.link($0) }.map(device) : nil)
    }

    private func fib(_ answer: FIBProbe.Answer) -> ExplanationDocument.FIBAnswer {
        .init(
            lookup: answer.result.name, outcome: answer.outcome.name,
            ifindex: answer.ifindex == 0 ? nil : answer.ifindex, interface: topology.link(answer.ifindex)?.name,
            nextHop: answer.nextHop, neighborLookup: answer.neighborResult.name, mac: answer.mac)
    }

    private func neighbor(_ address: IPAddress, _ ifindex: UInt32) -> ExplanationDocument.NeighborLine {
        let entry = topology.neighbor(address, ifindex: ifindex)
        return .init(address: address, state: entry?.state.name ?? "none", mac: entry?.mac)
    }

    private func device(_ link: Link) -> ExplanationDocument.DeviceLine {
        let master = link.master.flatMap { topology.link($0) }
        var peer: ExplanationDocument.EndPoint?
        if case .link(let other) = topology.peer(of: link) { peer = points.endPoint(other) }
        return .init(
            interface: link.name, ifindex: link.ifindex, kind: link.kind, isUp: link.isUp, master: master?.name,
            masterKind: master?.kind,
            denied: denied.first { $0.netns == topology.node && $0.ifindex == link.ifindex }?.why, peer: peer,
            isPeerHidden: topology.peer(of: link) == .unreadable)
    }
}
