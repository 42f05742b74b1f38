import Glibc
import Kernel
import Model

/// Traffic over the deployment's own hooks, whose program is exchanged in place between slices: the same sockets, the same
/// connection and the same processors, a fraction of a second apart.
public enum Race {
    public struct Options: Hashable, Sendable {
        public var rounds: Int
        /// Of each slice.
        public var milliseconds: Int
        /// Processors of the two threads. The same one by default: no wake-up crosses processors, and the other ones are
        /// left to the rest of the machine.
        public var sender: Int
        public var receiver: Int
        /// Whether a thread sleeps while there is nothing to receive.
        public var sleeps: Bool
        public var metrics: [Measurement.Metric]
        /// Contestants whose names begin with one of these; empty means all of them.
        public var only: [String]

        public init(
            rounds: Int = 16, milliseconds: Int = 120, sender: Int = 0, receiver: Int = 0, sleeps: Bool = true,
            metrics: [Measurement.Metric] = [.roundTrip, .packets, .forwarding, .bulk], only: [String] = []
        ) {
            self.rounds = rounds
            self.milliseconds = milliseconds
            self.sender = sender
            self.receiver = receiver
            self.sleeps = sleeps
            self.metrics = metrics
            self.only = only
        }

        func validate() throws(LabError) {
            guard (1...10_000).contains(rounds), (1...10_000).contains(milliseconds) else {
                throw LabError(.unusable, "rounds and milliseconds are 1 to 10000")
            }
            guard sleeps || sender != receiver else {
                throw LabError(
                    .unusable, "two threads that never sleep need a processor each",
                    remedy: "Give the receiver another one:  migrate-lab race --spin --receiver 1")
            }
        }

        var slice: Slice {
            Slice(nanoseconds: UInt64(milliseconds) * 1_000_000, sender: sender, receiver: receiver, sleeps: sleeps)
        }
    }

    public static func measure(in lab: LabNode, _ options: Options = Options()) throws -> Measurement {
        try options.validate()
        let path = try MeasuredPath(in: lab)
        let hooks = try RaceHooks(path, only: options.only, in: lab)
        defer { hooks.restore() }
        let family = lab.state.options.family
        var tables: [Measurement.Table] = []
        for addresses in AddressFamily.allCases where family.deployment.layout(addresses) != nil {
            guard let address = path.address(addresses), let source = path.source(addresses) else { continue }
            let traffic = try RaceTraffic(path, from: source, to: address, in: lab)
            for metric in options.metrics {
                tables.append(
                    Measurement.Table(
                        deployment: family, addresses: addresses, metric: metric,
                        series: try alternate(metric, traffic, hooks, options)))
            }
        }
        return Measurement(tables: tables)
    }

    private static func alternate(
        _ metric: Measurement.Metric, _ traffic: RaceTraffic, _ hooks: RaceHooks, _ options: Options
    ) throws -> [Measurement.Series] {
        var samples = [String: [UInt64]]()
        for round in 0..<options.rounds {
            for contestant in hooks.contestants.inTurn(round) {
                try hooks.put(contestant)
                // What the exchange left in caches is not the contestant's.
                var settling = options.slice
                settling.nanoseconds = min(settling.nanoseconds, 10_000_000)
                _ = try traffic.sample(metric, settling)
                let sample = try hooks.watching(contestant) { try traffic.sample(metric, options.slice) }
                samples[contestant.name, default: []].append(sample.value)
            }
        }
        return hooks.contestants.map { Measurement.Series(name: $0.name, samples: samples[$0.name] ?? []) }
    }
}
