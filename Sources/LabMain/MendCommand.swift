import ArgumentParser
import Lab

struct MendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mend", abstract: "Add the route that the entry `broken` of a lab with --faults lacks.")

    @OptionGroup var lab: LabName

    func run() throws {
        let lab = try LabNode.attach(lab.name)
        try lab.mend()
        let mended = lab.pods.filter { $0.fault == .broken }.map { "\($0.address) has its route" }
        print(mended.isEmpty ? "nothing to mend: this lab has no faults" : mended.joined(separator: "\n"))
    }
}
