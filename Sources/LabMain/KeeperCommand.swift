import ArgumentParser
import Lab

struct KeeperCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keeper", abstract: "Be the lab. Started by `up` and `run` in namespaces of its own.",
        shouldDisplay: false)

    @OptionGroup var shape: LabShape

    @Flag(help: "End when standard input does.") var bound = false

    func run() throws { Keeper.run(shape.options, bound: bound) }
}
