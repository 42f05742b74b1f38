import ArgumentParser
import Audit
import MigrateShared
import Model
import Store

public struct ReportRunVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "of", abstract: "Report on a run, or on a plan that was not applied.",
        discussion: "Example:  migrate report --format markdown r-77aa88bb99cc")

    @OptionGroup public var global: GlobalOptions
    @OptionGroup var output: ReportOutput

    @Argument(
        help: ArgumentHelp(
            "The beginning of a run's or a plan's id (default: the open run, else the last one).", valueName: "id"))
    var subject: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let report = try context.withStore(.readOnly) { store throws(MigrateError) in
            let composer = ReportComposer(store: store, bpffs: try? context.openBPFFS())
            if let subject, subject.hasPrefix("p-") { return try composer.plan(subject) }
            return try composer.run(subject)
        }
        try output.write(report, context)
        return .done
    }
}
