import ArgumentParser
import Audit
import Glibc
import MigrateShared
import Model
import Store

public struct ShowVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a plan, a run, a snapshot or what a shadow saw again.",
        discussion: """
            Reads the database or the plan file; the node may have moved on since. Of a run that is open or holds it \
            also asks the kernel which program packets take, and until when.

            Example:  migrate show plan.json
            """)

    @OptionGroup public var global: GlobalOptions

    @Argument(help: "A plan file, `-`, or the beginning of an id: p-…, r-…, s-…, w-….")
    var what: String

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        if what.hasPrefix("r-") {
            let document = try context.withStore(.readOnly) { store throws(MigrateError) in
                let run = try store.run(idPrefix: what)
                let bpffs = try? context.openBPFFS()
                let known = KnownRun(run, plan: try store.plan(ofRun: run.id), bpffs)
                return known.document(bpffs, proof: try store.proof(run: run.id))
            }
            try context.write(document) { RunText.render($0) }
        } else if what.hasPrefix("s-") {
            let shown = try context.withStore(.readOnly) { store throws(MigrateError) in
                let snapshot = try store.snapshot(idPrefix: what)
                return ShownSnapshot(
                    snapshot: snapshot,
                    entries: try store.entries(snapshotID: snapshot.id, limit: PlanDocument.listLimit),
                    entriesTotal: try store.entryCount(snapshotID: snapshot.id))
            }
            try context.write(shown) { SnapshotText.render($0.snapshot) }
        } else if what.hasPrefix("w-") {
            let shadow = try context.withStore(.readOnly) { store throws(MigrateError) in
                try store.shadow(idPrefix: what)
            }
            try context.write(shadow) { ShadowText.render($0) }
        } else {
            let plan = try plan(context)
            try context.write(plan) { PlanText.render($0) }
        }
        return .done
    }

    /// A word that begins as no id does and names no file is most likely one that was mistyped.
    private func plan(_ context: CommandContext) throws(MigrateError) -> PlanDocument {
        let isFile = what == "-" || what.contains("/") || what.hasPrefix("p-") || access(what, F_OK) == 0
        guard isFile else {
            throw MigrateError(
                .unknownID, "nothing has the id \(what)",
                facts: [
                    "ids begin with p- (plan), r- (run), s- (snapshot) or w- (shadow), and there is no file of this name"
                ],
                remedy: "List what there is:  migrate history")
        }
        return try PlanSource.load(what, context: context)
    }
}

/// A snapshot as it is shown: with the first of its entries, and how many there are.
private struct ShownSnapshot: Encodable {
    var snapshot: Snapshot
    var entries: [MapEntry]
    var entriesTotal: Int

    private enum Key: CodingKey {
        case formatVersion, kind, entries, entriesTotal
    }

    func encode(to encoder: any Encoder) throws {
        try snapshot.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(documentFormatVersion, forKey: .formatVersion)
        try container.encode("snapshot", forKey: .kind)
        try container.encode(entries, forKey: .entries)
        try container.encode(entriesTotal, forKey: .entriesTotal)
    }
}
