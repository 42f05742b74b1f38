import ArgumentParser
import Audit
import MigrateShared
import Model
import Store

public struct DiffVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what differs between two snapshots, two plans, or one of them and the node as it is.",
        discussion: """
            With one argument the node is read, and nothing of it is kept. Counters and times do not count, and of a \
            neighbor's state only whether it can be used: usable (reachable, stale, delay, probe), permanent, noarp \
            or unusable. A plan is compared as a decision, line by line, and with its snapshot where that is still \
            kept.

            Example:  migrate diff plan.json
            """)

    @OptionGroup public var global: GlobalOptions

    @Argument(help: "A plan file, `-`, or the beginning of an id: p-…, s-….")
    var before: String

    @Argument(help: "Likewise; the node as it is without it.")
    var after: String?

    @Flag(help: "End with 2 when something differs.")
    var detailedExitcode = false

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        if after == nil { try Guards.requireRoot(for: "diff", as: .diff) }
        let document = try context.withStore(.readOnly) { store throws(MigrateError) in
            let old = try DiffSide(named: before, store: store, context: context)
            let new =
                if let after { try DiffSide(named: after, store: store, context: context) } else {
                    try DiffSide(node: context, like: old)
                }
            return try DiffSide.compare(old, new)
        }
        try context.write(document) { DiffText.render($0) }
        return detailedExitcode && !document.same ? .differences : .done
    }
}
