import Kernel
import Model

/// A namespace with hooks whose programs read a legacy map: all that is needed to ask the kernel there.
struct HookPlace {
    /// An interface on which legacy programs sit.
    struct Input {
        var link: Link
        /// Ids of the legacy maps that these programs read.
        var maps: Set<UInt32>
        /// What packets that come in there come from: IPv4's second door answers nothing without.
        var sources: [AddressFamily: IPAddress]
    }

    let namespace: NetworkNamespace
    let topology: Topology
    let probe: FIBProbe
    let configuration: RedirectConfiguration
    let inputs: [Input]

    var netns: UInt64 { topology.node }

    /// Inputs whose programs read this map, by their place in ``inputs``.
    func inputs(reading map: UInt32) -> [Int] { inputs.indices.filter { inputs[$0].maps.contains(map) } }

    /// What both doors are asked with: packets of the first protocol that the contract names.
    var ipProtocol: UInt8 { configuration.contract.protocols.contains(.tcp) ? 6 : 17 }
    static let sourcePort: UInt16 = 40000
    static let destinationPort: UInt16 = 80

    func questions(_ addresses: [IPAddress], input: Input) -> [FIBProbe.Question] {
        addresses.map {
            FIBProbe.Question(
                source: input.sources[$0.family], destination: $0, ipProtocol: ipProtocol, sourcePort: Self.sourcePort,
                destinationPort: Self.destinationPort)
        }
    }

    /// What the replacement would do with packets to further addresses; at the hook that redirects them, if one does.
    func outcomes(_ addresses: [IPAddress]) throws(KernelError) -> [FIBProbe.Answer] {
        guard !addresses.isEmpty else { return [] }
        return try namespace.run { () throws(KernelError) in
            var answers: [FIBProbe.Answer] = []
            for input in inputs {
                let more = try probe.ask(questions(addresses, input: input), ifindex: input.link.ifindex)
                guard !answers.isEmpty else {
                    answers = more
                    continue
                }
                for index in answers.indices where more[index].outcome == .redirected { answers[index] = more[index] }
            }
            return answers
        }
    }

    /// The interfaces of one namespace on which legacy programs sit, each once.
    static func inputs(_ hooks: [Hook], topology: Topology, programs: [ProgramRecord], legacy: Set<UInt32>) -> [Input] {
        let maps = Dictionary(programs.map { ($0.id, Set($0.mapIDs)) }, uniquingKeysWith: { $1 })
        var found: [Input] = []
        for hook in hooks where hook.netns.cookie == topology.node {
            guard let link = topology.link(hook.ifindex), let program = hook.program else { continue }
            let read = (maps[program.id] ?? []).intersection(legacy)
            if let known = found.firstIndex(where: { $0.link.ifindex == hook.ifindex }) {
                found[known].maps.formUnion(read)
                continue
            }
            var sources: [AddressFamily: IPAddress] = [:]
            for family in AddressFamily.allCases {
                sources[family] = topology.source(behind: hook.ifindex, family: family)
            }
            found.append(Input(link: link, maps: read, sources: sources))
        }
        return found
    }
}
