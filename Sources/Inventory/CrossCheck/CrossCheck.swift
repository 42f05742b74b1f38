import Kernel
import Model

/// Asks the kernel, through both its doors, where the packets to every entry would go.
public struct CrossCheck {
    /// Entries up to which both doors are asked for all.
    public static let fullyAsked = 65_536

    public struct Result: Sendable {
        /// One for each entry, by address.
        public var findings: [Finding]
        /// Entries that `RTM_GETROUTE` was not asked for, or did not answer.
        public var unanswered: Int
        /// Entries for which the two doors name different devices.
        public var disagreements: [Finding]
        /// What the replacement would do with packets to the entries, in their order.
        public var outcomes: [IPAddress: RedirectOutcome]
    }

    let topology: Topology
    let probe: FIBProbe
    let configuration: RedirectConfiguration
    /// Interfaces the legacy programs sit on.
    let inputs: [Link]
    let netns: UInt64

    public init(topology: Topology, trial: RedirectTrial, inputs: [Link], netns: UInt64) {
        self.topology = topology
        probe = trial.probe
        configuration = trial.configuration
        self.inputs = inputs
        self.netns = netns
    }

    /// Runs on a thread inside the node's namespace.
    public func run(_ targets: [LegacyTarget]) throws(KernelError) -> Result {
        var socket = try NetlinkSocket()
        var findings: [Finding] = []
        findings.reserveCapacity(targets.count)
        var unanswered = 0
        var disagreements: [Finding] = []
        var outcomes: [IPAddress: RedirectOutcome] = [:]
        guard let first = inputs.first else {
            return Result(findings: [], unanswered: 0, disagreements: [], outcomes: [:])
        }
        let (answers, input) = try ask(targets.map(\.address), first: first)
        let routes = try askRoutes(&socket, targets, answers, inputs: input)
        for (index, target) in targets.enumerated() {
            let route = routes[index]
            if route == nil { unanswered += 1 }
            let facts = EntryFacts(
                target: target, probe: answers[index], route: route, topology: topology,
                inputInterface: input[index].name)
            let finding = Judge.finding(facts)
            if !Judge.disagreement(facts).isEmpty { disagreements.append(finding) }
            outcomes[target.address] = answers[index].outcome
            findings.append(finding)
        }
        return Result(
            findings: findings.sorted { $0.address < $1.address }, unanswered: unanswered,
            disagreements: disagreements, outcomes: outcomes)
    }

    /// What the replacement would do with packets to further addresses that come in on the first hook.
    public func outcomes(_ addresses: [IPAddress]) throws(KernelError) -> [FIBProbe.Answer] {
        guard let first = inputs.first, !addresses.isEmpty else { return [] }
        return try ask(addresses, first: first).0
    }

    /// The answer for each address at the hook where it fares worst, and that hook's interface.
    private func ask(
        _ addresses: [IPAddress], first: Link
    ) throws(KernelError) -> ([FIBProbe.Answer], [Link]) {
        var answers = try probe.ask(questions(addresses, input: first), ifindex: first.ifindex)
        var input = [Link](repeating: first, count: answers.count)
        for other in inputs.dropFirst() {
            let more = try probe.ask(questions(addresses, input: other), ifindex: other.ifindex)
            for index in answers.indices
            where answers[index].outcome == .redirected && more[index].outcome != .redirected {
                answers[index] = more[index]
                input[index] = other
            }
        }
        return (answers, input)
    }

    private var ipProtocol: UInt8 { configuration.contract.protocols.contains(.tcp) ? 6 : 17 }

    private func questions(_ addresses: [IPAddress], input: Link) -> [FIBProbe.Question] {
        let sources = sources(input)
        return addresses.map {
            FIBProbe.Question(
                source: sources[$0.family], destination: $0, ipProtocol: ipProtocol, sourcePort: 40000,
                destinationPort: 80)
        }
    }

    private func sources(_ input: Link) -> [AddressFamily: IPAddress] {
        var found: [AddressFamily: IPAddress] = [:]
        for family in AddressFamily.allCases { found[family] = topology.source(behind: input.ifindex, family: family) }
        return found
    }

    /// The second door. `nil` where it was not asked, had no source to ask with, or said EINVAL.
    private func askRoutes(
        _ socket: inout NetlinkSocket, _ targets: [LegacyTarget], _ answers: [FIBProbe.Answer], inputs: [Link]
    ) throws(KernelError) -> [RouteAnswer?] {
        var chosen: [Int] = []
        for index in targets.indices where isAsked(index, targets, answers) { chosen.append(index) }
        var sourcesByInput: [UInt32: [AddressFamily: IPAddress]] = [:]
        for input in Set(inputs) { sourcesByInput[input.ifindex] = sources(input) }
        chosen = chosen.filter {
            targets[$0].address.family == .ipv6 || sourcesByInput[inputs[$0].ifindex]?[.ipv4] != nil
        }
        let queries = chosen.map { index in
            RouteQuery(
                destination: targets[index].address,
                source: sourcesByInput[inputs[index].ifindex]?[targets[index].address.family],
                inputInterface: inputs[index].ifindex, ipProtocol: ipProtocol, sourcePort: 40000, destinationPort: 80)
        }
        var found = [RouteAnswer?](repeating: nil, count: targets.count)
        for (index, answer) in zip(chosen, try socket.answers(to: queries, mode: .matchedRoute, netns: netns)) {
            if answer.errno != .invalidArgument { found[index] = answer }
        }
        return found
    }

    /// All entries up to ``fullyAsked``; above, those that do not match and every 64th of the others.
    private func isAsked(_ index: Int, _ targets: [LegacyTarget], _ answers: [FIBProbe.Answer]) -> Bool {
        if targets.count <= Self.fullyAsked || index % 64 == 0 { return true }
        return answers[index].outcome != .redirected || answers[index].ifindex != targets[index].ifindex
    }
}
