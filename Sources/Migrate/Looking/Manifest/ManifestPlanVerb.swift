import ArgumentParser
import MigrateShared
import Model

struct ManifestPlanVerb: WorkloadVerb {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "A Job that plans one node, or with --every-node a DaemonSet that plans all.",
        discussion: """
            Changes nothing: the bpffs is mounted read-only. The DaemonSet plans every hour, and its pod on a node is \
            ready where nothing blocks.

            Example:  migrate manifest plan --node worker-7 --image IMAGE | kubectl create -f -
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ManifestOptions
    @OptionGroup var how: PlanArguments

    @Option(help: ArgumentHelp("The Kubernetes node that the Job is pinned to.", valueName: "name"))
    var node: String?

    @Option(help: ArgumentHelp("The Job's name (default: of verb and node).", valueName: "name"))
    var name: String?

    @Flag(help: "A DaemonSet instead of a Job.")
    var everyNode = false

    init() {}

    func kind() throws(MigrateError) -> Workload.Kind {
        guard everyNode != (node != nil) else {
            throw MigrateError(
                .usage, "cannot tell where to plan", facts: ["one of --node and --every-node is needed, and not both"],
                remedy: "Name one:  \(TypedCommand.current.with("--node", "NAME"))")
        }
        var target = ManifestTarget()
        guard let node else { return .daemonSet }
        (target.node, target.name) = (node, name)
        return try target.kind()
    }

    func workload(_ kind: Workload.Kind, image: String) throws(MigrateError) -> Workload {
        var workload = Workload(kind, .plan, options: how.words, image: image, version: Version.number)
        workload.name = name
        return workload
    }
}
