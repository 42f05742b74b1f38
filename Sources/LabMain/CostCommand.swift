import ArgumentParser
import Lab
import Model

struct CostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract:
            "Measure what a run of each program costs, as JSON: the deployment's, the usual pattern, the replacement.",
        discussion: "By test runs on a packet of the deployment's own path; nothing is attached or sent.")

    @OptionGroup var lab: LabName

    @Option(help: "How often each takes its turn.") var rounds = 21

    @Option(help: "Runs of a program in each round.") var repeats = 100_000

    @Option(help: "Processor to stay on.") var processor = 0

    func run() throws {
        let options = Cost.Options(rounds: rounds, repeats: repeats, processor: processor)
        print(try JSON.pretty(try Cost.measure(in: try LabNode.attach(lab.name), options)))
    }
}
