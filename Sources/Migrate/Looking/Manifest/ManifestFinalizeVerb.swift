import ArgumentParser
import MigrateShared
import Model

struct ManifestFinalizeVerb: WorkloadVerb {
    static let configuration = CommandConfiguration(
        commandName: "finalize", abstract: "A Job that lets the legacy programs of a run go on one node.",
        discussion: """
            There is no way back afterwards.

            Example:  migrate manifest finalize --node worker-7 --image IMAGE | kubectl create -f -
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ManifestOptions
    @OptionGroup var target: ManifestTarget
    @OptionGroup var subject: ManifestSubject

    init() {}

    func kind() throws(MigrateError) -> Workload.Kind { try target.kind() }

    func workload(_ kind: Workload.Kind, image: String) throws(MigrateError) -> Workload {
        try subject.workload(kind, .finalize, target, image)
    }
}
