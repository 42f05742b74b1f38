import Glibc
import Model
import Store
import Synchronization

/// What a changing verb adds to the audit log besides what the journal's own writes carry along: what came of it, or why it
/// would not.
///
/// Neither waits for a disk, and neither is a reason to fail: what was done is done, so that a record that cannot be written is
/// printed.
public final class AuditTrail: Sendable {
    private enum Place {
        /// A verb that keeps no result.
        case nowhere
        case store(Store)
        /// The verb does without the database, which may be lost.
        case file(String)
    }

    private struct State {
        var place = Place.nowhere
        var hasResult = false
        /// The record of this command, which was written while the database was open before.
        var command: Int?
    }

    private let state = Mutex(State())

    func enter(_ store: Store) { state.withLock { $0.place = .store(store) } }
    func leave() { state.withLock { $0.place = .nowhere } }

    /// - Parameter path: the database, should it be there after all.
    public func goWithoutStore(_ path: String) { state.withLock { $0.place = .file(path) } }

    /// The database was open for a while: what is written later belongs to the same command.
    public func wasOpen(_ store: Store) { state.withLock { $0.command = store.auditCommand } }

    /// Writes down what a verb says that it did, and returns where the log stands with it. A verb that has changed nothing, and
    /// kept nothing, leaves no record.
    func result(_ run: RunDocument) -> AuditMark? {
        let (place, command) = state.withLock { state in
            state.hasResult = true
            return (state.place, state.command)
        }
        switch place {
        case .nowhere: return nil
        case .store(let store): return result(run, in: store)
        case .file(let path) where access(path, F_OK) != 0:
            print(run, because: MigrateError(.auditUnwritten, "there is no database \(path)"))
            return nil
        case .file(let path):
            do throws(MigrateError) {
                let store = try Store.open(path: path, access: .existing, origin: .process())
                defer { try? store.checkpointAndClose() }
                store.auditCommand = command
                return result(run, in: store)
            } catch {
                print(run, because: error)
                return nil
            }
        }
    }

    private func result(_ run: RunDocument, in store: Store) -> AuditMark? {
        do throws(MigrateError) {
            guard run.changed || store.hasAudited else { return try store.auditMark() }
            let mark = try store.append(audit: .result(try Self.event(run)))
            if let first = store.lostAudit.first { print(run, because: Self.lost(first)) }
            return mark
        } catch {
            if run.changed { print(run, because: error) }
            return nil
        }
    }

    /// Writes down why a verb would not, unless it has said what it did, or the database is what failed.
    func refused(_ error: MigrateError) {
        let (place, hasResult) = state.withLock { ($0.place, $0.hasResult) }
        guard case .store(let store) = place, !hasResult, error.code.exit != .database, error.code.exit != .locked
        else {
            return
        }
        try? store.append(refusal: AuditEvent.Refusal(error))
    }

    private static func event(_ run: RunDocument) throws(MigrateError) -> AuditEvent.RunResult {
        do { return try AuditEvent.RunResult(run) } catch {
            throw MigrateError(.bug, "cannot write the run's document", facts: ["\(error)"])
        }
    }

    private static func lost(_ why: String) -> MigrateError {
        MigrateError(.auditUnwritten, "a record was lost", facts: [why])
    }

    /// For whoever keeps it by hand.
    private func print(_ run: RunDocument, because cause: MigrateError) {
        let record = (try? AuditEvent.RunResult(run)).flatMap { result in
            try? JSON.canonical(PrintedRecord(kind: "result", by: .process(), event: result))
        }
        let error = MigrateError(
            .auditUnwritten, "the audit log could not be written", changed: "what was done stays done",
            facts: [cause.facts.first ?? cause.what]
                + [record.map { String(decoding: $0, as: UTF8.self) }].compactMap(\.self),
            remedy: "Keep this record, and make room for the next:  migrate audit verify")
        Console.error(error.text)
    }
}

/// A record that stands in no chain.
private struct PrintedRecord: Encodable {
    var formatVersion = documentFormatVersion
    var kind: String
    var by: AuditOrigin
    var event: AuditEvent.RunResult
}
