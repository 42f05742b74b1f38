import ArgumentParser
import Audit
import MigrateShared
import Model

public struct ReportConvertVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write a report again in another format, without the node it is of.",
        discussion: """
            Reads what `migrate report --format json` wrote, or an HTML report, whose document is checked against its SHA-256.
            No database and no root is needed.

            Example:  migrate report convert report.html --format junit
            """)

    @OptionGroup public var global: GlobalOptions
    @OptionGroup var output: ReportOutput

    @Argument(help: "A report as JSON or HTML, or `-`.")
    var file: String

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try output.write(try ReportFile.read(file), context)
        return .done
    }
}

/// A report from a file.
enum ReportFile {
    static func read(_ path: String) throws(MigrateError) -> ReportDocument {
        let bytes = try InputFile.read(path) { fact in
            MigrateError(
                .unreadableReport, "cannot read report \(path)", facts: [fact],
                remedy: "Make one:  migrate report --format json --out report.json")
        }
        return try ReportDocument.read(bytes, named: path)
    }
}
