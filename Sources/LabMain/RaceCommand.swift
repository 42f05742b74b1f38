import ArgumentParser
import Lab
import Model

struct RaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "race",
        abstract:
            "Measure latency, packet rate and throughput, as JSON, with one program after the other at the hooks.",
        discussion: """
            The deployment's program, the usual pattern and the replacement take turns, exchanged in place; the \
            deployment's is there again afterwards. With fabric the pods' egress programs are taken off meanwhile, \
            so that egress `peer` may take part.
            """)

    @OptionGroup var lab: LabName

    @Option(help: "How often each takes its turn.") var rounds = 16

    @Option(help: "Of each slice of traffic.") var milliseconds = 120

    @Option(help: "Processor of the sending thread.") var sender = 0

    @Option(help: "Processor of the receiving thread.") var receiver = 0

    @Flag(help: "Ask again at once while there is nothing to receive, instead of sleeping; needs two processors.")
    var spin = false

    @Option(parsing: .upToNextOption, help: "What to measure: round-trip, packets, forwarding, bulk.")
    var metrics: [Measurement.Metric] = [.roundTrip, .packets, .forwarding, .bulk]

    @Option(parsing: .upToNextOption, help: "Who takes part, by how the names begin. Default: everybody.")
    var only: [String] = []

    func run() throws {
        let options = Race.Options(
            rounds: rounds, milliseconds: milliseconds, sender: sender, receiver: receiver, sleeps: !spin,
            metrics: metrics, only: only)
        print(try JSON.pretty(try Race.measure(in: try LabNode.attach(lab.name), options)))
    }
}

extension Measurement.Metric: ExpressibleByArgument {}
