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
    ///
    /// Every entry is asked for at every hook: a rule may select on the input interface. What counts is the answer
    /// at the hook where it fares worst.
    public func run(_ targets: [LegacyTarget]) throws(KernelError) -> Result {
        var socket = try NetlinkSocket()
        var worst: [IPAddress: (finding: Finding, outcome: RedirectOutcome)] = [:]
        worst.reserveCapacity(targets.count)
        var unanswered = 0
        var disagreements: [Finding] = []
        for input in inputs {
            let answers = try probe.ask(questions(targets.map(\.address), input: input), ifindex: input.ifindex)
            let routes = try askRoutes(&socket, targets, answers, input: input)
            for (index, target) in targets.enumerated() {
                let facts = EntryFacts(
                    target: target, probe: answers[index], route: routes[index], topology: topology,
                    inputInterface: input.name, hasOtherHooks: inputs.count > 1)
                let finding = Judge.finding(facts)
                if routes[index] == nil { unanswered += 1 }
                if !Judge.disagreement(facts).isEmpty { disagreements.append(finding) }
                let before = worst[target.address]?.finding
                if before.map({ Judge.isWorse(finding, than: $0) }) ?? true {
                    worst[target.address] = (finding, facts.probe.outcome)
                }
            }
        }
        return Result(
            findings: worst.values.map(\.finding).sorted { $0.address < $1.address }, unanswered: unanswered,
            disagreements: disagreements, outcomes: worst.mapValues(\.outcome))
    }

    /// What the replacement would do with packets to further addresses; at the hook that redirects them, if one does.
    public func outcomes(_ addresses: [IPAddress]) throws(KernelError) -> [FIBProbe.Answer] {
        var answers: [FIBProbe.Answer] = []
        guard !addresses.isEmpty else { return answers }
        for input in inputs {
            let more = try probe.ask(questions(addresses, input: input), ifindex: input.ifindex)
            guard !answers.isEmpty else {
                answers = more
                continue
            }
            for index in answers.indices where more[index].outcome == .redirected { answers[index] = more[index] }
        }
        return answers
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
        _ socket: inout NetlinkSocket, _ targets: [LegacyTarget], _ answers: [FIBProbe.Answer], input: Link
    ) throws(KernelError) -> [RouteAnswer?] {
        let sources = sources(input)
        let chosen = targets.indices.filter { index in
            let family = targets[index].address.family
            return isAsked(index, targets, answers) && (family == .ipv6 || sources[family] != nil)
        }
        let queries = chosen.map { index in
            RouteQuery(
                destination: targets[index].address, source: sources[targets[index].address.family],
                inputInterface: input.ifindex, ipProtocol: ipProtocol, sourcePort: 40000, destinationPort: 80)
        }
        var found = [RouteAnswer?](repeating: nil, count: targets.count)
        for (index, answer) in zip(chosen, try socket.answers(to: queries, mode: .matchedRoute, netns: netns))
        where answer.errno != .invalidArgument {
            found[index] = answer
        }
        return found
    }

    /// All entries up to ``fullyAsked``; above, those that do not match and every 64th of the others.
    private func isAsked(_ index: Int, _ targets: [LegacyTarget], _ answers: [FIBProbe.Answer]) -> Bool {
        if targets.count <= Self.fullyAsked || index % 64 == 0 { return true }
        return answers[index].outcome != .redirected || answers[index].ifindex != targets[index].ifindex
    }
}
