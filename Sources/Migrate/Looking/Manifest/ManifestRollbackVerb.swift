import ArgumentParser
import MigrateShared
import Model

struct ManifestRollbackVerb: WorkloadVerb {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "A Job that puts one node back, and proves it.",
        discussion: "Example:  migrate manifest rollback --node worker-7 --image IMAGE | kubectl create -f -")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ManifestOptions
    @OptionGroup var target: ManifestTarget
    @OptionGroup var subject: ManifestSubject

    @Flag(help: "Use the pins alone; the database is neither read nor needed.")
    var fromPins = false

    init() {}

    func kind() throws(MigrateError) -> Workload.Kind { try target.kind() }

    func workload(_ kind: Workload.Kind, image: String) throws(MigrateError) -> Workload {
        try subject.workload(kind, .rollback, target, image, options: fromPins ? ["--from-pins"] : [])
    }
}
