import ArgumentParser
import MigrateShared
import Model
import Store

public struct AuditExportVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the log as lines of JSON, one for each record, to be verified anywhere.",
        discussion: """
            The last line says how many records there are, so that a file that was cut off shows.

            Example:  migrate audit export --out audit.jsonl
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(help: ArgumentHelp("Write to this file (default: standard output).", valueName: "file"))
    var out: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let lines = try context.withStore(.readOnly) { store throws(MigrateError) in try store.auditLines() }
        let text = try text(lines)
        do {
            if let out { try OutputFile.write(text, to: out) } else { try context.console.result(text) }
        } catch {
            throw MigrateError(
                .outputFailed, "cannot write \(out ?? "the log")", facts: ["\(error)"],
                remedy: "Name another file:  migrate audit export --out audit.jsonl")
        }
        if let out { context.console.message("Wrote \(lines.count.of("record")) to \(out).") }
        return .done
    }

    private func text(_ lines: [AuditLine]) throws(MigrateError) -> String {
        do { return String(decoding: try AuditExport.file(lines), as: UTF8.self) } catch {
            throw MigrateError(.bug, "cannot write the log", facts: ["\(error)"])
        }
    }
}
