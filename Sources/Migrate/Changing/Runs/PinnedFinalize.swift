import Audit
import Kernel
import Loader
import MigrateShared
import Model

/// Ends by the pins alone what a finalize began, where no database knows the run any more. The caller holds the lock.
struct PinnedFinalize {
    let context: CommandContext
    let bpffs: BPFFileSystem
    let node: String

    /// - Parameter asked: the beginning of a run's id.
    func finish(_ asked: String?) throws(MigrateError) -> ExitStatus {
        context.trail.goWithoutStore(context.settings.database)
        let runID = try choose(asked)
        var namespace: NetworkNamespace?
        if let path = context.settings.netns { namespace = try? NetworkNamespace(path: path) }
        let outcome = try Finalizer(bpffs: bpffs, runID: runID, node: namespace).finalize(journal: nil)
        var document = RunDocument(
            runID: runID, planID: outcome.planID, changed: outcome.changed, state: .finalized, reason: nil, share: 100,
            hooks: [])
        document.timings = outcome.timings
        document.show(outcome.hooks.map(\.reading), of: outcome.hooks.map(\.before))
        document.next = NextStep(what: "see what is attached", command: "bpftool net show")
        document.warnings += outcome.leftovers().map { "left over: \($0)" }
        try context.write(document) { RunText.render($0) }
        return .done
    }

    /// Only a run whose record says that its legacy pins were being dropped: any other one has a way back.
    private func choose(_ asked: String?) throws(MigrateError) -> String {
        let pinned = RunPins.runs(bpffs).filter { asked.map($0.hasPrefix) ?? true }
        let begun = pinned.filter { (try? RunPins(bpffs: bpffs, runID: $0).read())?.isFinalizing == true }
        guard let runID = begun.first else {
            throw MigrateError(
                .noRun, "cannot find a finalize that was cut off",
                facts: pinned.isEmpty
                    ? ["\(RunPins.root(bpffs)) holds no pins\(asked.map { " of \($0)" } ?? "")"]
                    : pinned.map { "run \($0) has its way back, by its pins" },
                remedy: "See what holds:  migrate status")
        }
        guard begun.count == 1 else {
            throw MigrateError(
                .noRun, "cannot choose a run", facts: begun.map { "a finalize of \($0) was cut off" },
                remedy: "Name one:  \(Self.command(node, runID))")
        }
        return runID
    }

    static func command(_ node: String, _ runID: String) -> String {
        "migrate finalize --node \(node) --from-pins \(runID)"
    }
}
