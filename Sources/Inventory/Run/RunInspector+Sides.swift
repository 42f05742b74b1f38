import Kernel
import Model

extension RunInspector {
    /// How both sides of a run fare whose window is, or was, open; `nil` for any other, and when its switches are not loaded any
    /// more.
    ///
    /// - Parameter trial: what the node's own counters are compared with; without it they are not read.
    public func sides(_ trial: RunTrial?) -> TrafficSides? {
        guard outlook.state != .finalized else { return nil }
        return Self.sides(of: run)?.adding(Self.surroundings(trial))
    }

    /// What the switches counted, and nothing else: it takes no longer than a few calls.
    public static func sides(of run: RunRecord) -> TrafficSides? {
        guard run.cut == .switch, run.confirmWithin != nil else { return nil }
        let counted = counters(of: run)
        return counted[SwitchCount.legacyShare.name] == nil ? nil : TrafficSides(counters: counted)
    }

    /// What the node itself tells of a run's planned destinations, since the flip.
    public static func surroundings(_ trial: RunTrial?) -> TrafficSides.Surroundings? {
        guard let trial, trial.before != nil else { return nil }
        return trial.surroundings(HealthReader(trial, listening: false).read())
    }

    static func counters(of run: RunRecord) -> [String: UInt64] {
        var sums: [String: UInt64] = [:]
        // A switch and its plain replacement count into one map.
        let loaded = run.hooks.compactMap { hook in
            [hook.replacement?.id, hook.plain?.id].compactMap(\.self).first(where: BPFProgram.exists)
        }
        for id in Set(loaded) {
            guard let counters = try? ReplacementObject.counters(ofProgram: id) else { continue }
            sums.merge(counters, uniquingKeysWith: &+)
        }
        return sums
    }
}
