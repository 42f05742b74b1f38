import ArgumentParser
import MigrateShared
import Model

struct ManifestPreflightVerb: WorkloadVerb {
    static let configuration = CommandConfiguration(
        commandName: "preflight", abstract: "A Job that probes what one node can do.",
        discussion: "Example:  migrate manifest preflight --node worker-7 --image IMAGE | kubectl create -f -")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ManifestOptions
    @OptionGroup var target: ManifestTarget

    init() {}

    func kind() throws(MigrateError) -> Workload.Kind { try target.kind() }

    func workload(_ kind: Workload.Kind, image: String) throws(MigrateError) -> Workload {
        var workload = Workload(kind, .preflight, options: [], image: image, version: Version.number)
        workload.name = target.name
        return workload
    }
}
