import ArgumentParser
import MigrateShared
import Model

struct ManifestWatchVerb: WorkloadVerb {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "A DaemonSet that watches over committed runs on every node.",
        discussion: """
            On a node without a run it waits for one. With --heal it mends as well.

            Example:  migrate manifest watch --image IMAGE | kubectl apply -f -
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ManifestOptions

    @Flag(help: "Convert new hooks as the run did: a consent for every node.")
    var heal = false

    init() {}

    func kind() throws(MigrateError) -> Workload.Kind { .daemonSet }

    func workload(_ kind: Workload.Kind, image: String) throws(MigrateError) -> Workload {
        Workload(kind, .watch, options: heal ? ["--heal"] : [], image: image, version: Version.number)
    }
}
