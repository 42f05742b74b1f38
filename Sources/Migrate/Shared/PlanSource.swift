import FoundationEssentials
import Glibc
import Kernel
import Model
import Store
import SystemPackage

/// What an id that is no plan's stands for.
private enum RecordKind: String {
    case run
    case snapshot

    init?(id: String) {
        if id.hasPrefix("r-") { self = .run } else if id.hasPrefix("s-") { self = .snapshot } else { return nil }
    }
}

/// Finds a plan by file, standard input or id, and checks that it is what it says.
public enum PlanSource {
    /// - Parameter text: a path, `-`, or the beginning of an id.
    public static func load(_ text: String, context: CommandContext) throws(MigrateError) -> PlanDocument {
        if text.hasPrefix("p-") && !text.contains("/") && access(text, F_OK) != 0 {
            return try context.withStore(.readOnly) { store throws(MigrateError) in try store.plan(idPrefix: text) }
        }
        if let other = RecordKind(id: text), access(text, F_OK) != 0 {
            throw MigrateError(
                .unreadablePlan, "cannot read plan \(text)",
                facts: ["that is the id of a \(other.rawValue); a plan's begins with p-"],
                remedy: "Look at the \(other.rawValue):  migrate show \(text.shellWord)")
        }
        return try PlanDocument.read(try InputFile.read(text) { failure(text, $0) }, named: text)
    }

    /// The document that says last what packets showed of this plan's decision: planning again without packets keeps the
    /// id, and takes nothing back. The plan itself where none is kept, or where it shows differences.
    public static func compared(_ plan: PlanDocument, store: Store) throws(MigrateError) -> PlanDocument {
        guard plan.equivalence.differences.isEmpty, let kept = try store.comparedPlan(id: plan.planID) else {
            return plan
        }
        return plan.equivalence.ran && plan.createdAt >= kept.createdAt ? plan : kept
    }

    private static func failure(_ text: String, _ fact: String) -> MigrateError {
        MigrateError(
            .unreadablePlan, "cannot read plan \(text)", facts: [fact],
            remedy: "Make one:  migrate plan --out plan.json")
    }

    /// The profile to plan with as a plan did: the one that was asked for, else the plan's, where it is built in.
    ///
    /// - Parameters:
    ///   - name: of the recorded profile.
    ///   - command: with `--profile FILE` in it, for the error.
    public static func profile(
        _ name: String, of record: String, command: String, context: CommandContext
    ) throws(MigrateError) -> String {
        if let asked = context.settings.profile { return asked }
        if BuiltInProfiles.sources.contains(where: { $0.name == name }) { return name }
        throw MigrateError(
            .usage, "cannot read the node as \(record) did",
            facts: ["it was made with profile \(name), which is not built in, and no --profile was given"],
            remedy: "Name the profile's file:  \(command)")
    }

    /// A profile's file by the path that finds it from any directory; a built-in one's name as it is.
    static func absolute(_ profile: String, unless isBuiltIn: Bool) -> String {
        if isBuiltIn || profile.hasPrefix("/") { return profile }
        return FileManager.default.currentDirectoryPath + "/" + profile
    }

    /// The command that plans the node again as this plan was made; without a plan as the node's own profile has it.
    public static func again(_ plan: PlanDocument?) -> String {
        guard let plan else { return "migrate plan" }
        let isNamed = plan.asked.profile != nil || BuiltInProfiles.sources.contains { $0.name == plan.profile }
        return (["migrate plan"] + plan.asked.options + (isNamed ? [] : ["--profile FILE"])).joined(separator: " ")
    }

    /// That the plan is of this machine and of this boot.
    public static func requireHere(_ plan: PlanDocument) throws(MigrateError) {
        let name = Host.nodeName()
        let machine = Host.machineID()
        guard plan.node.name == name, let machine, plan.node.machineID == machine else {
            throw MigrateError(
                .otherNode, "cannot use plan \(Identifier.short(plan.planID))",
                facts: [
                    "it is of node \(plan.node.name), machine id \(plan.node.machineID)",
                    "this is node \(name), machine id \(machine ?? "unreadable")",
                ], remedy: "Plan on this machine:  migrate plan --node \(name)")
        }
        guard plan.node.bootID == Host.bootID() else {
            throw MigrateError(
                .otherBoot, "cannot use plan \(Identifier.short(plan.planID))",
                facts: ["it is of boot \(plan.node.bootID), now it is \(Host.bootID())"],
                remedy: "Plan again:  migrate plan")
        }
    }
}
