import ArgumentParser
import MigrateShared
import Model

struct ManifestConfirmVerb: WorkloadVerb {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "A Job that confirms a run on one node.",
        discussion: """
            Keeps the node's open run, or the one that is named.

            Example:  migrate manifest confirm --node worker-7 --image IMAGE | kubectl create -f -
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ManifestOptions
    @OptionGroup var target: ManifestTarget
    @OptionGroup var subject: ManifestSubject

    init() {}

    func kind() throws(MigrateError) -> Workload.Kind { try target.kind() }

    func workload(_ kind: Workload.Kind, image: String) throws(MigrateError) -> Workload {
        try subject.workload(kind, .confirm, target, image)
    }
}
