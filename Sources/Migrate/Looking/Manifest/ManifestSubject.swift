import ArgumentParser
import MigrateShared
import Model

/// The run that a Job is about.
struct ManifestSubject: ParsableArguments {
    @Argument(
        help: "The beginning of a run's id (default: the node's open run, else the last one that is not finalized).")
    var run: String?

    init() {}

    func workload(
        _ kind: Workload.Kind, _ verb: PrivilegedVerb, _ target: ManifestTarget, _ image: String, options: [String] = []
    ) throws(MigrateError) -> Workload {
        if let run, run.wholeMatch(of: #/r-[0-9a-f]{1,64}/#) == nil {
            throw ManifestRefusal.value("run", run, "a run's id begins with r-")
        }
        let words = options + (run.map { [$0] } ?? [])
        var workload = Workload(kind, verb, options: words, image: image, subject: run, version: Version.number)
        workload.name = target.name
        return workload
    }
}
