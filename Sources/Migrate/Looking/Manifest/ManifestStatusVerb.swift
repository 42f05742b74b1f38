import ArgumentParser
import MigrateShared
import Model

struct ManifestStatusVerb: WorkloadVerb {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "A Job that says how one node stands.",
        discussion: "Example:  migrate manifest status --node worker-7 --image IMAGE | kubectl create -f -")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ManifestOptions
    @OptionGroup var target: ManifestTarget

    init() {}

    func kind() throws(MigrateError) -> Workload.Kind { try target.kind() }

    func workload(_ kind: Workload.Kind, image: String) throws(MigrateError) -> Workload {
        var workload = Workload(kind, .status, options: [], image: image, version: Version.number)
        workload.name = target.name
        return workload
    }
}
