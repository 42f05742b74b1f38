import ArgumentParser
import Lab

/// The command `migrate-lab`.
@main struct MigrateLab: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate-lab",
        abstract: "A throw-away node in network namespaces, running a map-based redirect deployment.",
        discussion: """
            Everything lives in namespaces of its own, held by one process: when it ends, however it ends, nothing \
            is left. The machine's own network is not touched.
            """,
        subcommands: [
            UpCommand.self, DownCommand.self, StatusCommand.self, ExecCommand.self, RunCommand.self,
            TrafficCommand.self, PodCommand.self, CrowdCommand.self, CostCommand.self, RaceCommand.self,
            GrowthCommand.self, LedgerCommand.self, MendCommand.self, KeeperCommand.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as LabError {
            error.print()
            exit(withError: ExitCode(error.code.exit))
        } catch { exit(withError: error) }
    }
}
