import ArgumentParser
import MigrateShared
import Model
import Store

public struct AuditHeadVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "head",
        abstract: "Print the last record's number and hash: keep it elsewhere.",
        discussion: "Example:  migrate audit head")

    @OptionGroup public var global: GlobalOptions

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let mark = try context.withStore(.readOnly) { store throws(MigrateError) in try store.auditMark() }
        try context.write(AuditHeadDocument(audit: mark)) { ($0.audit?.head ?? "none: the log is empty") + "\n" }
        return .done
    }
}
