import ArgumentParser
import Lab

struct DownCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "End a lab and wait until the kernel has taken everything away.")

    @OptionGroup var lab: LabName

    func run() throws {
        try LabNode.attach(lab.name).down()
        print("lab \(lab.name) is down; nothing of it is left")
    }
}
