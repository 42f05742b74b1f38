import ArgumentParser
import Lab
import Model

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show what a lab consists of.")

    @OptionGroup var lab: LabName

    @Flag(help: "Print the lab's state file.") var json = false

    func run() throws {
        let state = try LabNode.attach(lab.name).state
        print(json ? try JSON.pretty(state) : LabSummary.text(state))
    }
}
