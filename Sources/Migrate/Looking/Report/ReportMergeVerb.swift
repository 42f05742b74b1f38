import ArgumentParser
import Audit
import FoundationEssentials
import Kernel
import MigrateShared
import Model

public struct ReportMergeVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Make one page and one document of many nodes' reports, worst first.",
        discussion: """
            Reads every file of a directory that ends in .json or .html. With --out it writes two files, NAME.html and NAME.json;
            else a table. Ends with 65 when a file could not be read, after all others were.

            Example:  migrate report merge reports --out fleet
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(help: ArgumentHelp("Write the page and the document to NAME.html and NAME.json.", valueName: "name"))
    var out: String?

    @Argument(help: "The directory.")
    var directory: String

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        var reports: [ReportDocument] = [], unreadable: [MergedReport.Unreadable] = []
        for name in try names() {
            do throws(MigrateError) {
                reports.append(try ReportFile.read("\(directory)/\(name)"))
            } catch {
                unreadable.append(.init(file: name, why: error.facts.first ?? error.what))
            }
        }
        guard !reports.isEmpty else {
            throw MigrateError(
                .noReports, "cannot merge the reports of \(directory)",
                facts: unreadable.isEmpty
                    ? ["no file in it ends in .json or .html"] : unreadable.prefix(5).map { "\($0.file): \($0.why)" },
                remedy: "Collect some:  migrate report --format json --out \(directory.shellWord)/NODE.json")
        }
        let merged = ReportMerge.merge(
            reports, unreadable: unreadable, tool: Tool(version: Version.number, object: ReplacementObject.digest),
            at: Date())
        try write(merged, context)
        return unreadable.isEmpty ? .done : .badInput
    }

    private func write(_ merged: MergedReport, _ context: CommandContext) throws(MigrateError) {
        guard let out else { return try context.write(merged) { MergedText.render($0) } }
        let html: String, json: String
        do { (html, json) = (try MergedHTML.render(merged), try ReportJSON.render(merged)) } catch {
            throw MigrateError(.bug, "cannot write the reports", facts: ["\(error)"])
        }
        try ReportOutput.write(json, to: "\(out).json", context)
        try ReportOutput.write(html, to: "\(out).html", context)
        try context.write(merged) { MergedText.render($0) }
    }

    private func names() throws(MigrateError) -> [String] {
        let all: [String]
        do { all = try FileManager.default.contentsOfDirectory(atPath: directory) } catch {
            throw MigrateError(
                .noReports, "cannot read directory \(directory)", facts: ["\(error.localizedDescription)"],
                remedy: "Name the directory that holds the reports:  migrate report merge DIR")
        }
        return all.filter { $0.hasSuffix(".json") || $0.hasSuffix(".html") }.sorted()
    }
}
