import ArgumentParser
import Glibc
import Lab

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Build a lab, run a command inside, take the lab down, also after Ctrl-C.",
        discussion: "The exit status is the command's. The lab also goes when this process is killed.")

    @OptionGroup var shape: LabShape

    @Argument(parsing: .postTerminator, help: "The command and its arguments, after `--`.") var command: [String]

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("No command given: migrate-lab run -- COMMAND …") }
    }

    func run() throws {
        let status = try Session.run(shape.options, command)
        throw ExitCode(status)
    }
}
