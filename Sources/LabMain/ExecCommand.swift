import ArgumentParser
import Lab

struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a command inside a lab; its exit status is ours.")

    @OptionGroup var lab: LabName

    @Argument(parsing: .postTerminator, help: "The command and its arguments, after `--`.") var command: [String]

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("No command given: migrate-lab exec -- COMMAND …") }
    }

    func run() throws { try LabNode.attach(lab.name).become(command) }
}
