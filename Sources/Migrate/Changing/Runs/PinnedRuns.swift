import Audit
import Inventory
import Kernel
import MigrateShared
import Model

/// Runs whose pins are there and that the database at hand does not know.
struct PinnedRuns {
    let bpffs: BPFFileSystem
    let node: String
    /// Path of the database.
    let database: String

    /// What cannot be done, who has the traffic meanwhile, and both ways on.
    func refusal(_ what: String, _ runs: [String]) -> MigrateError {
        let first = runs.first ?? ""
        let isFinalizing = PinnedSight(first, bpffs).outlook.isFinalizing
        return MigrateError(
            .unknownRun, what,
            facts: runs.flatMap { id in
                let sight = PinnedSight(id, bpffs)
                return [
                    "\(sight.record.pinDirectory) holds the pins of a run that \(database) does not know",
                    OutlookText.pinned(id, sight.outlook, sight.cell),
                ]
            },
            remedy: "Name the database that knows it:  \(TypedCommand.current.with("--db", "PATH"))\n"
                + "  Where that is lost:\n"
                + (isFinalizing
                    ? "  Finish from the pins what finalize began:  \(PinnedFinalize.command(node, first))"
                    : "  Undo it from the pins:  migrate rollback --node \(node) --from-pins \(first)"))
    }

    /// That more is pinned than the sets that a finalized run's programs still ask: of those nothing is undone.
    func requireNotFinal(_ run: String) throws(MigrateError) {
        let sight = PinnedSight(run, bpffs)
        guard sight.isFinalized else { return }
        let programs: [ProgramReference]
        do throws(KernelError) { programs = try sight.programsAskingSets() } catch {
            throw MigrateError(
                .kernelRead, "cannot tell who uses the pins of run \(run)", facts: [error.description],
                remedy: "See what is pinned:  ls -l \(sight.record.pinDirectory)")
        }
        guard let first = programs.first else { return }
        let more = programs.count > 1 ? " and \(programs.count - 1) more" : ""
        throw MigrateError(
            .alreadyFinalized, "cannot roll run \(run) back",
            facts: [
                "\(sight.record.pinDirectory) holds nothing but the interface sets of a finalized run",
                "its replacement asks them: program \(first.id) (\(first.name))\(more) is attached, or something holds it",
            ],
            remedy: "Have the deployment's agent attach its program again, as its restart does; then remove the sets:  "
                + "migrate rollback --node \(node) --from-pins \(run)")
    }
}
