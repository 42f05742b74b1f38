import CKernel
import Kernel
import Model

/// What one run of each program costs, on a packet of the deployment's own path; nothing is attached or sent.
///
/// `BPF_PROG_TEST_RUN` runs a program again and again on the same packet: what it wrote into the frame is there when it runs
/// the next time. All programs that write do so every time, so they are alike in this.
public enum Cost {
    public struct Options: Hashable, Sendable {
        public var rounds: Int
        /// Runs of each program in a round.
        public var repeats: Int
        public var processor: Int

        public init(rounds: Int = 21, repeats: Int = 100_000, processor: Int = 0) {
            self.rounds = rounds
            self.repeats = repeats
            self.processor = processor
        }
    }

    public static func measure(in lab: LabNode, _ options: Options = Options()) throws -> Measurement {
        let path = try MeasuredPath(in: lab)
        let family = lab.state.options.family
        return try lab.enter {
            try negated(
                "stay on", "processor \(options.processor)", migrate_run_on_processor(CInt(options.processor)))
            let tables = try AddressFamily.allCases.filter { family.deployment.layout($0) != nil }.compactMap {
                addresses in
                try table(addresses, path, options, in: lab)
            }
            return Measurement(tables: tables)
        }
    }

    private static func table(
        _ addresses: AddressFamily, _ path: MeasuredPath, _ options: Options, in lab: LabNode
    ) throws -> Measurement.Table? {
        guard let destination = path.address(addresses), let source = path.source(addresses) else { return nil }
        let frame = MeasuredFrame(
            destination: destination, source: source, hardware: LabAddresses.hostMAC, sender: path.sender.mac)
        let usual = "usual_\(lab.state.options.family.rawValue)"
        let contestants =
            [
                Contestant("empty", try MeasuredObject.measure.load("empty")),
                try legacy(path, in: lab),
                Contestant("usual", try MeasuredObject.usual.load(usual)),
            ] + (try Replacements(in: lab).all()) + (try switched(path, in: lab))
        let series = try TestRuns.alternate(
            contestants, frame: frame.bytes, ifindex: path.sender.ifindex, rounds: options.rounds,
            repeats: options.repeats
        ) { contestant, result in
            try check(contestant, result, mac: path.receiver.mac)
        }
        return Measurement.Table(
            deployment: lab.state.options.family, addresses: addresses, metric: .cost, series: series)
    }

    /// What is put in front of the legacy program, or in its place to call it.
    private static func switched(_ path: MeasuredPath, in lab: LabNode) throws -> [Contestant] {
        guard let legacy = lab.state.programs.first(where: { $0.name == path.legacy }) else { return [] }
        let planned = lab.pods.flatMap { pod in
            [pod.address, pod.ipv6].compactMap(\.self).map { ($0, pod.ifindex) }
        }
        let replacements = try Replacements(in: lab)
        return try replacements.switches(
            legacy: legacy.id, planned: Dictionary(planned, uniquingKeysWith: { $1 }))
            + replacements.shadows(in: lab, legacy: legacy.id)
    }

    /// The very program that is attached, with the map it reads.
    static func legacy(_ path: MeasuredPath, in lab: LabNode) throws -> Contestant {
        guard let program = lab.state.programs.first(where: { $0.name == path.legacy }) else {
            throw LabError(.system, "find program \(path.legacy)")
        }
        return Contestant("legacy", try BPFProgram(id: program.id))
    }

    /// That a run ended as it should: a program that returns early would look fast.
    private static func check(_ contestant: Contestant, _ result: TestRunResult, mac: MACAddress) throws(LabError) {
        // TC_ACT_OK, TC_ACT_UNSPEC and TC_ACT_REDIRECT (include/uapi/linux/pkt_cls.h).
        let isShadow = contestant.name.hasPrefix("shadow ")
        let expected: UInt32 = isShadow ? .max : contestant.name == "empty" ? 0 : 7
        let writes = ["legacy", "usual", "ours mac", "slot shadow"].contains { contestant.name.hasPrefix($0) }
        guard result.verdict == expected, !writes || Array(result.packet.prefix(6)) == mac.bytes else {
            throw LabError(
                .system, "measure \(contestant.name): it did not redirect",
                facts: ["verdict \(result.verdict), frame \(result.packet.prefix(14).map { String($0, radix: 16) })"])
        }
    }
}
