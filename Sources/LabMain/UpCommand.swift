import ArgumentParser
import Lab

struct UpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Build a lab that stays until `down`, and say how to enter it.")

    @OptionGroup var shape: LabShape

    func run() throws {
        let lab = try LabNode.up(shape.options, bound: false)
        print(LabSummary.text(lab.state))
    }
}
