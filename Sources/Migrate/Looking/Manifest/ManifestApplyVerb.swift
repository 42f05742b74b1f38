import ArgumentParser
import MigrateShared
import Model

struct ManifestApplyVerb: WorkloadVerb {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "A Job that applies a plan on the node that made it.",
        discussion: """
            The plan is named by its id: its Job left it in the node's state directory. With --detach the Job is complete \
            as soon as the node is converted, and the run waits for its confirmation by itself; without, the Job runs \
            until that comes, and fails when it does not. A pod that Kubernetes makes in the place of another goes on \
            with the run and begins no second one.

            Example:  migrate manifest apply --node worker-7 --image IMAGE --detach p-3f9c1a2b | kubectl create -f -
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ManifestOptions
    @OptionGroup var target: ManifestTarget

    @Option(
        help: ArgumentHelp("How long the run waits for a confirmation; none commits at once.", valueName: "time|none"))
    var confirmWithin: String?

    @Option(help: ArgumentHelp("Try a share of the flows first, such as 5%.", valueName: "share"))
    var canary: String?

    @Option(help: ArgumentHelp("Share of failures at which the kernel takes the run back.", valueName: "share|off"))
    var breaker: String?

    @Flag(help: "The Job does not wait for the confirmation.")
    var detach = false

    @Argument(help: "The plan's id, or its beginning: p-….")
    var plan: String

    init() {}

    func kind() throws(MigrateError) -> Workload.Kind { try target.kind() }

    func workload(_ kind: Workload.Kind, image: String) throws(MigrateError) -> Workload {
        guard plan.wholeMatch(of: #/p-[0-9a-f]{1,64}/#) != nil else {
            throw ManifestRefusal.value(
                "plan", plan, "a Job finds a plan by its id, p-…, in the node's state directory")
        }
        do throws(TimeSpan.Fault) { if let confirmWithin { _ = try ConfirmWindow(confirmWithin) } } catch {
            throw ManifestRefusal.value("--confirm-within", confirmWithin ?? "", error.words)
        }
        var words: [String] = []
        if let confirmWithin { words += ["--confirm-within", confirmWithin] }
        if let canary { words += ["--canary", canary] }
        if let breaker { words += ["--breaker", breaker] }
        if detach { words.append("--detach") }
        var workload = Workload(
            kind, .apply, options: words + [plan], image: image, subject: plan, version: Version.number)
        workload.name = target.name
        return workload
    }
}
