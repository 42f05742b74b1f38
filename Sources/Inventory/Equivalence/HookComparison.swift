import Kernel
import Model

/// Runs the live legacy program and the replacement on the same packets (`BPF_PROG_TEST_RUN`), in the hook's namespace.
///
/// The replacement is loaded as apply would, attached to nothing. Side effects of the legacy program would be real: it is
/// looked at first, and the profile's maps are compared before and after the first packet, and at the end.
public struct HookComparison {
    public struct Result: Sendable {
        public var tally = EquivalenceTally()
        /// Why the programs were not run, each in a line.
        public var refused: [String] = []
        /// Maps whose contents changed meanwhile, by whomever.
        public var changedMaps: [String] = []
        /// Of the program's constants, how many were not tried.
        public var constantsLeftOut = 0

        public init() {}
    }

    /// Entries that packets with other sources, ports and marks are made for, of each family.
    static let probed = 4

    private let hook: ComparedHook
    private let configuration: RedirectConfiguration
    private let seed: UInt64
    private let purity: ProgramPurity
    private let probes: PacketProbes

    /// - Parameters:
    ///   - configuration: of the replacement; tests give one that is wrong.
    ///   - purity: what was found of this program.
    public init(
        _ hook: ComparedHook, _ configuration: RedirectConfiguration, _ purity: ProgramPurity, seed: UInt64
    ) {
        self.hook = hook
        self.configuration = configuration
        self.purity = purity
        self.seed = seed
        probes = PacketProbes(constants: hook.isFirst ? purity.constants : [], sources: hook.otherSources)
    }

    public func run() throws(KernelError) -> Result {
        var result = Result()
        guard purity.isPure else {
            result.refused = purity.impurities
            return result
        }
        result.constantsLeftOut = probes.leftOut
        let watched = hook.isFirst ? purity.maps.filter(hook.knownMaps.contains) : []
        guard try isWithoutEffect(watched) else {
            result.refused = [
                "the contents of \(try names(watched)) change as the program runs, by it or by their writer"
            ]
            return result
        }
        let before = try digests(watched)
        result.tally = try compare()
        let after = try digests(watched)
        for id in watched where before[id] != after[id] { result.changedMaps.append(try Self.name(id)) }
        return result
    }

    /// Whether the maps are as they were after the legacy program's first packet. A writer may be at work just then, so it
    /// is tried three times.
    private func isWithoutEffect(_ maps: [UInt32]) throws(KernelError) -> Bool {
        for _ in 0..<3 {
            let before = try digests(maps)
            try first()
            if try digests(maps) == before { return true }
        }
        return false
    }

    private func first() throws(KernelError) {
        guard let target = hook.targets.first?.target,
            let packet = generator.cases(to: target.address, thorough: false).first
        else { return }
        let id = hook.program, ifindex = hook.ifindex
        _ = try hook.namespace.run { () throws(KernelError) in
            var run = PacketRun(ifindex: ifindex)
            return try run.run(try BPFProgram(id: id), on: packet)
        }
    }

    private var generator: CaseGenerator { CaseGenerator(sources: hook.sources, seed: seed) }

    private func compare() throws(KernelError) -> EquivalenceTally {
        let comparison = Comparison(hook, configuration)
        return try hook.namespace.run { () throws(KernelError) in
            let legacy = try BPFProgram(id: hook.program)
            let replacement = try configuration.enrolling(hook.members, ReplacementObject.load)
            var run = PacketRun(ifindex: hook.ifindex)
            var tally = EquivalenceTally()
            var probed: [AddressFamily: Int] = [:]
            for (target, thorough) in hook.targets {
                var packets = generator.cases(to: target.address, thorough: thorough)
                let family = target.address.family
                if target.finding?.effect == .same, probed[family, default: 0] < Self.probed {
                    probed[family, default: 0] += 1
                    packets += generator.probing(target.address, probes)
                }
                for packet in packets {
                    try compare(packet, target, comparison, legacy, replacement, &run, &tally)
                }
            }
            return tally
        }
    }

    private func compare(
        _ packet: PacketCase, _ target: PacketTarget, _ comparison: Comparison, _ legacy: borrowing BPFProgram,
        _ replacement: borrowing BPFProgram, _ run: inout PacketRun, _ tally: inout EquivalenceTally
    ) throws(KernelError) {
        do throws(KernelError) {
            var pair = try look(packet, target, comparison, legacy, replacement, &run)
            // A writer may have been at work between the two: what differs is run once more.
            if case .different = pair.judgement {
                pair = try look(packet, target, comparison, legacy, replacement, &run)
            }
            tally.count(pair.judgement) { aspects in
                PacketDifference(
                    hook: hook.title, packet: packet, target: target, aspects: aspects,
                    legacy: .init(pair.today), replacement: .init(pair.afterwards))
            }
        } catch {
            // What the kernel does not take for one program it does not take for the other.
            guard error.errno == .invalidArgument else { throw error }
            tally.skip()
        }
    }

    private struct Pair {
        var today: ProgramOutcome
        var afterwards: ProgramOutcome
        var judgement: Comparison.Judgement
    }

    private func look(
        _ packet: PacketCase, _ target: PacketTarget, _ comparison: Comparison, _ legacy: borrowing BPFProgram,
        _ replacement: borrowing BPFProgram, _ run: inout PacketRun
    ) throws(KernelError) -> Pair {
        let today = try run.run(legacy, on: packet)
        let afterwards = try run.run(replacement, on: packet)
        return Pair(
            today: today, afterwards: afterwards,
            judgement: comparison.judge(packet, to: target, legacy: today, replacement: afterwards))
    }

    private func digests(_ maps: [UInt32]) throws(KernelError) -> [UInt32: String] {
        var found: [UInt32: String] = [:]
        for id in maps { found[id] = try BPFMap(id: id).contentsDigest() }
        return found
    }

    private func names(_ maps: [UInt32]) throws(KernelError) -> String {
        var names: [String] = []
        for id in maps { names.append(try Self.name(id)) }
        return names.joined(separator: ", ")
    }

    private static func name(_ id: UInt32) throws(KernelError) -> String {
        let record = try BPFMap(id: id).record
        return "map \(id) (\(record.name))"
    }
}

extension Comparison {
    init(_ hook: ComparedHook, _ configuration: RedirectConfiguration) {
        self.init(
            egress: configuration.egress, rewritesSource: hook.rewritesSource,
            contract: configuration.contract,
            dropsMembers: configuration.membership != .onLink && configuration.contract.onFailure == .drop,
            input: hook.ifindex)
    }
}
