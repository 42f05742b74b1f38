import ArgumentParser
import Audit
import FoundationEssentials
import Inventory
import MigrateShared
import Model
import Store

public struct PlanVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Read the node, ask the kernel about every entry of the map, and say what apply would change.",
        discussion: """
            Changes nothing on the node and sends no packet. The result is kept in the database, so that `migrate \
            apply` can be given its id; with --out it is written to a file as well. Ends with 10 when something \
            blocks apply; the plan is printed and kept all the same.

            Example:  migrate plan --out plan.json
            """)

    @OptionGroup public var global: GlobalOptions
    @OptionGroup var how: PlanArguments

    @Option(help: ArgumentHelp("Refuse unless this is the machine's node name.", valueName: "name"))
    var node: String?

    @Option(help: ArgumentHelp("Also write the plan to this file.", valueName: "file"))
    var out: String?

    @Flag(help: "Run legacy program and replacement on thousands of packets, attached to nothing, and compare.")
    var equivalence = false

    @Flag(help: "List every entry, not only those that are no match.")
    var allEntries = false

    @Flag(help: "Keep nothing in the database.")
    var noSave = false

    @Flag(help: "End with 2 when entries differ from what the kernel says and nothing worse is found.")
    var detailedExitcode = false

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "plan", as: .plan)
        if let node { try Guards.requireNode(node) }
        let asked = try how.asked(context.settings)
        return try context.asking(asked) { (context) throws(MigrateError) in try plan(asked, context) }
    }

    private func plan(_ asked: PlanDocument.Asked, _ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let keeping: Planner.Keeping = { (body) throws(MigrateError) in try context.withStore(.readWrite, body) }
        let outcome = try context.plan(
            asked, profile: nil, allEntries: try context.settings.isOn(allEntries, "all-entries"),
            equivalence: try context.settings.isOn(equivalence, "equivalence"),
            keeping: noSave ? nil : keeping)
        let document = outcome.document
        if let out { try write(document, to: out) }
        try context.write(document) { PlanText.render($0, next: next($0, context)) }
        if !document.blockers.isEmpty { return .blocked }
        return detailedExitcode && document.verdicts.keys.contains { $0 != Verdict.match.rawValue }
            ? .differences : .done
    }

    private func next(_ document: PlanDocument, _ context: CommandContext) -> NextStep? {
        guard document.blockers.isEmpty else { return nil }
        let plan = out?.shellWord ?? (noSave ? nil : Identifier.short(document.planID))
        guard let plan else {
            return NextStep(what: "keep it", command: context.settings.echoed(in: "migrate plan --out plan.json"))
        }
        let command = "migrate apply --node \(document.node.name.shellWord)\(document.decision.cut.consent) \(plan)"
        return NextStep(what: "apply it", command: context.settings.echoed(in: command))
    }

    private func write(_ document: PlanDocument, to path: String) throws(MigrateError) {
        do {
            try OutputFile.write(try JSON.pretty(document) + "\n", to: path)
        } catch {
            throw MigrateError(
                .outputFailed, "cannot write \(path)", changed: "nothing on the node was changed", facts: ["\(error)"],
                remedy: "Name another file:  migrate plan --out plan.json")
        }
    }
}
