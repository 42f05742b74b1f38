import CKernel
import Kernel
import Model

/// What a run costs while routes, neighbors and map entries grow together: the map's lookup beside the FIB's.
///
/// Every run is for another destination, all of them in turn: asked for one and the same, any table stays in the cache.
public enum Growth {
    public static func measure(
        in lab: LabNode, entries: [Int], _ options: Cost.Options = Cost.Options(rounds: 11)
    ) throws -> Measurement {
        guard lab.state.options.family == .fabric else {
            throw LabError(
                .unusable, "growth is measured with family fabric, which has a map for each address family",
                remedy: "migrate-lab up --family fabric")
        }
        guard entries == entries.sorted(), entries.allSatisfy({ (1...GrowthAddresses.limit).contains($0) }) else {
            throw LabError(
                .unusable, "entries are given in rising order", facts: ["1 to \(GrowthAddresses.limit) each"])
        }
        let path = try MeasuredPath(in: lab)
        return try lab.enter {
            try negated(
                "stay on", "processor \(options.processor)", migrate_run_on_processor(CInt(options.processor)))
            var tables: [Measurement.Table] = []
            var filled = 0
            let replacements = try Replacements(in: lab)
            for count in entries {
                try GrowthAddresses.fill(filled..<count, lab, path)
                filled = count
                for family in AddressFamily.allCases where path.address(family) != nil {
                    tables.append(try table(family, count, path, replacements, options))
                }
            }
            return Measurement(tables: tables)
        }
    }

    private static func table(
        _ family: AddressFamily, _ count: Int, _ path: MeasuredPath, _ replacements: Replacements,
        _ options: Cost.Options
    ) throws -> Measurement.Table {
        guard let source = path.source(family) else { throw LabError(.system, "find the sender's address") }
        let measured = [
            Contestant("empty", try MeasuredObject.measure.load("empty")),
            Contestant("legacy", try GrowthMap.legacy(family, count, path)),
            Contestant("usual", try MeasuredObject.usual.load("usual_fabric")),
            try replacements.load(.neigh, .onLink), try replacements.load(.mac, .onLink),
        ]
        // What is run is the spreading program; what it calls is measured, and counts.
        let spreading = try measured.map { contestant in
            try Spread.over(contestant, family, first: GrowthAddresses.first(family), count: count)
        }
        let frame = MeasuredFrame(
            destination: GrowthAddresses.address(family, 0), source: source, hardware: LabAddresses.hostMAC,
            sender: path.sender.mac)
        let series = try TestRuns.alternate(
            spreading, frame: frame.bytes, ifindex: path.sender.ifindex, rounds: options.rounds,
            // Each destination once at least.
            repeats: max(options.repeats, count), check: check)
        return Measurement.Table(deployment: .fabric, addresses: family, metric: .cost, entries: count, series: series)
    }

    private static func check(_ contestant: Contestant, _ result: TestRunResult) throws(LabError) {
        // TC_ACT_OK and TC_ACT_REDIRECT.
        guard result.verdict == (contestant.name == "empty" ? 0 : 7) else {
            throw LabError(
                .system, "measure \(contestant.name): it did not redirect", facts: ["verdict \(result.verdict)"])
        }
    }
}
