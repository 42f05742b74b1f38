import ArgumentParser
import Lab

struct MendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mend", abstract: "Add the routes that the entries `broken` of a lab with --faults lack.")

    @OptionGroup var lab: LabName

    func run() throws {
        let lab = try LabNode.attach(lab.name)
        try lab.mend()
        let mended = lab.pods.filter { $0.fault == .broken }.map { "\($0.address) has its routes" }
        print(mended.isEmpty ? "nothing to mend: this lab has no faults" : mended.joined(separator: "\n"))
    }
}
