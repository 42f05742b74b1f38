import ArgumentParser
import Audit
import Kernel
import MigrateShared
import Model
import Store

public struct AuditVerifyVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say whether the log is whole, and what was changed, put in, taken out or cut off.",
        discussion: """
            Without FILE this node's database; else an export, or a copy of a database (made with VACUUM INTO: a plain copy of
            one that is in use loses its end). Needs no root, no node and no network.

            Ends with 40 when something is wrong. That the end is there can only be said beside a head that was kept elsewhere.

            Example:  migrate audit verify --expect-head 41:9f86d0… audit.jsonl
            """)

    @OptionGroup public var global: GlobalOptions

    @Option(
        name: .customLong("expect-head"),
        help: ArgumentHelp(
            "A head that was there once, as every run and `migrate audit head` print it; several may be given.",
            valueName: "head"))
    var expected: [String] = []

    @Argument(help: "An export or a copied database (default: this node's database).")
    var file: String?

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let expected = try expected.map { (text) throws(MigrateError) in try head(text) }
        let document = if let file { try verify(file, expected) } else { try verifyHere(context, expected) }
        try context.write(document) { AuditText.render($0) }
        return document.intact ? .done : .auditBroken
    }

    private func head(_ text: String) throws(MigrateError) -> AuditHead {
        guard let head = AuditHead(text) else {
            throw MigrateError(
                .auditUnreadable, "cannot use --expect-head \(text)",
                facts: ["a head is a record's number, a colon and 64 hexadecimal digits; the digits alone will do"],
                remedy: "See how one looks:  migrate audit head")
        }
        return head
    }

    private func verifyHere(_ context: CommandContext, _ expected: [AuditHead]) throws(MigrateError) -> AuditDocument {
        let found = try context.withStore(.readOnly) { store throws(MigrateError) in try store.auditEvidence() }
        var verification = AuditVerification(
            source: context.settings.database, lines: found.lines, expected: expected, machine: Host.machineID())
        verification.disagreements = found.disagreements
        return try verification.document()
    }

    private func verify(_ path: String, _ expected: [AuditHead]) throws(MigrateError) -> AuditDocument {
        let file = try AuditFile.read(path)
        var verification = AuditVerification(source: path, lines: file.lines, expected: expected, machine: nil)
        verification.end = file.end
        verification.lacksLog = file.lacksLog
        verification.disagreements = file.disagreements
        return try verification.document()
    }
}
