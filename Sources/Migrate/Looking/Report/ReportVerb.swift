import ArgumentParser
import Audit
import MigrateShared
import Model

extension ReportFormat: ExpressibleByArgument {}

public struct ReportVerb: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the audit report of a run or a plan: what was seen, done, proven, and what it buys.",
        discussion: """
            Every format is made of the same document; --format json gives it as it is, and an HTML report holds it.

            Example:  migrate report --format html --out report.html
            """,
        subcommands: [ReportRunVerb.self, ReportConvertVerb.self, ReportMergeVerb.self],
        defaultSubcommand: ReportRunVerb.self)

    public init() {}
}

/// How a report is written.
struct ReportOutput: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Format: text, json, html, markdown, junit or prometheus (default: as -o says).", valueName: "format"))
    var format: ReportFormat?

    @Option(help: ArgumentHelp("Write it to this file instead of standard output.", valueName: "file"))
    var out: String?

    init() {}

    func write(_ report: ReportDocument, _ context: CommandContext) throws(MigrateError) {
        let format = format ?? (context.settings.output == .json ? .json : .text)
        if out == nil, format == .json || format == .text {
            var context = context
            context.settings.output = format == .json ? .json : .text
            return try context.write(report) { ReportText.render($0) }
        }
        let text: String
        do { text = try format.render(report) } catch {
            throw MigrateError(.bug, "cannot write the report", facts: ["\(error)"])
        }
        try Self.write(format == .text ? context.settings.echoed(in: text) : text, to: out, context)
    }

    /// To a file, readable by its owner alone, or to standard output.
    static func write(_ text: String, to path: String?, _ context: CommandContext) throws(MigrateError) {
        do {
            guard let path else { return try context.console.result(text) }
            try OutputFile.write(text, to: path)
        } catch {
            throw MigrateError(
                .outputFailed, "cannot write \(path ?? "the report")", facts: ["\(error)"],
                remedy: "Name another file:  migrate report --format html --out report.html")
        }
    }
}
