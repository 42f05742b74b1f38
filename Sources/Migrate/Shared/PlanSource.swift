import FoundationEssentials
import Glibc
import Kernel
import Model
import Store

/// Finds a plan by file, standard input or id, and checks that it is what it says.
public enum PlanSource {
    /// - Parameter text: a path, `-`, or the beginning of an id.
    public static func load(_ text: String, context: CommandContext) throws(MigrateError) -> PlanDocument {
        if text.hasPrefix("p-") && !text.contains("/") && access(text, F_OK) != 0 {
            return try context.withStore(.readOnly) { store throws(MigrateError) in try store.plan(idPrefix: text) }
        }
        guard let data = text == "-" ? standardInput() : FileManager.default.contents(atPath: text), !data.isEmpty
        else {
            throw MigrateError(
                .unreadablePlan, "cannot read plan \(text)",
                facts: [text == "-" ? "standard input is empty" : "the file cannot be read or is empty"],
                remedy: "Make one:  migrate plan --out plan.json")
        }
        return try PlanDocument.read(Array(data), named: text)
    }

    /// The document that says last what packets showed of this plan's decision: planning again without packets keeps the
    /// id, and takes nothing back. The plan itself where none is kept, or where it shows differences.
    public static func compared(_ plan: PlanDocument, store: Store) throws(MigrateError) -> PlanDocument {
        guard plan.equivalence.differences.isEmpty, let kept = try store.comparedPlan(id: plan.planID) else {
            return plan
        }
        return plan.equivalence.ran && plan.createdAt >= kept.createdAt ? plan : kept
    }

    /// All of it, from the descriptor: `/dev/stdin` has no size where it is a pipe, and cannot be opened where it is a socket.
    private static func standardInput() -> Data? {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(0, &buffer, buffer.count)
            if count == 0 { return data }
            if count < 0 && errno != EINTR { return nil }
            if count > 0 { data.append(contentsOf: buffer.prefix(count)) }
        }
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
        if let profile = plan.asked.profile { return "migrate plan --profile \(profile.shellWord)" }
        let isBuiltIn = BuiltInProfiles.sources.contains { $0.name == plan.profile }
        return isBuiltIn ? "migrate plan" : "migrate plan --profile FILE"
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
