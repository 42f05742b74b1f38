import ArgumentParser
import MigrateShared
import Model

public struct AbortVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Roll the open run back.",
        discussion: """
            As rollback, of the run that is open: provisional, expired, or left behind half-way. A committed run it \
            leaves alone (12): that one is taken back with rollback.

            Example:  migrate abort --node "$(hostname)"
            """)

    @OptionGroup public var global: GlobalOptions
    @OptionGroup var rollback: RollbackArguments

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try rollback.execute(context, onlyOpen: true)
    }
}
