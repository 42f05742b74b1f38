import ArgumentParser
import MigrateShared
import Model

public struct AuditVerb: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "The log of all that was done on this node, in which no record can be changed unseen.",
        discussion: """
            Every plan that was kept, every command that changed something, each state of a run and what came of it is one
            record, and each record holds the hash of the one before it. Whoever can write the file can also write all of it
            anew: so keep the head elsewhere, which every run prints, and hold the log to it.

            Example:  migrate audit verify --expect-head 41:9f86d0…
            """,
        subcommands: [AuditVerifyVerb.self, AuditHeadVerb.self, AuditExportVerb.self])

    public init() {}
}
