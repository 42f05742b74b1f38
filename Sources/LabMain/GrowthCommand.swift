import ArgumentParser
import Lab
import Model

struct GrowthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth",
        abstract: "Measure how the cost of a run grows with routes, neighbors and map entries, as JSON.",
        discussion: "Adds host routes and permanent neighbors to a fabric lab; they stay until it is taken down.")

    @OptionGroup var lab: LabName

    @Option(parsing: .upToNextOption, help: "Numbers of destinations, rising.")
    var entries = [100, 1000, 10_000, 100_000]

    @Option(help: "How often each takes its turn.") var rounds = 11

    @Option(help: "Runs of a program in each round, at least one for each destination.") var repeats = 100_000

    @Option(help: "Processor to stay on.") var processor = 0

    func run() throws {
        let options = Cost.Options(rounds: rounds, repeats: repeats, processor: processor)
        let lab = try LabNode.attach(lab.name)
        print(try JSON.pretty(try Growth.measure(in: lab, entries: entries, options)))
    }
}
