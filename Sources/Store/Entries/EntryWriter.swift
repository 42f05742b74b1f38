import GRDB
import GRDBSQLite
import Model

/// Appends map entries and what the cross-check said of them, as part of ``Store/record(snapshotID:_:)``.
///
/// By SQLite's own calls on prepared statements: through GRDB's values a million rows take three times as long. Nothing is
/// kept of a row once it is written.
public final class EntryWriter {
    private let db: Database
    private let snapshotID: String
    private let entryInsertion: Statement
    private let answerInsertion: Statement
    private var room: Room
    private var next: Int64
    /// Of the maps in the order they came.
    private(set) var ranges: [EntryRange] = []
    private let text: AddressText
    /// Rows that are too many; they go as new ones come.
    private var old: [Range<Int64>]
    private let deletion: Statement

    init(_ db: Database, snapshotID: String, room: Room, old: [Range<Int64>]) throws {
        self.db = db
        self.snapshotID = snapshotID
        self.room = room
        text = AddressText()
        self.old = old
        deletion = try db.makeStatement(sql: "DELETE FROM entry_rows WHERE entry_row >= ? AND entry_row < ?")
        entryInsertion = try db.insertion(
            into: "entry_rows", columns: ["entry_row", "answer_row", "ifindex", "address", "key", "value"])
        answerInsertion = try db.insertion(
            into: "answer_rows",
            columns: [
                "snapshot_id", "legacy_interface", "kernel_lookup", "kernel_ifindex", "kernel_interface", "kernel_mac",
                "kernel_gateway", "verdict", "effect", "note",
            ])
        next = try Int64.fetchOne(db, sql: "SELECT coalesce(max(entry_row), 0) + 1 FROM entry_rows") ?? 1
        // What was pruned may leave ranges without rows behind the last row: numbers are never given twice while one stands.
        let end = try Int64.fetchOne(db, sql: "SELECT coalesce(max(end_entry), 1) FROM entry_ranges") ?? 1
        next = max(next, end)
    }

    /// Begins the entries of another map. All of a map's come before the next one's.
    ///
    /// - Parameter macOffset: bytes into the value; `nil` where the profile says nothing of this map.
    public func begin(map id: UInt32, macOffset: UInt32?) {
        ranges.append(EntryRange(mapID: id, first: next, end: next, macOffset: macOffset))
    }

    /// Keeps an answer, so that entries can refer to it by the number returned.
    public func keep(_ answer: Judgement) throws(MigrateError) -> Int64 {
        try wrapping { [db] in
            try answerInsertion.execute(arguments: [
                snapshotID, answer.legacyInterface, answer.kernel.lookup, answer.kernel.ifindex,
                answer.kernel.interface,
                answer.kernel.mac?.description, answer.kernel.gateway?.description, answer.verdict.rawValue,
                answer.effect.rawValue, answer.note,
            ])
            return db.lastInsertedRowID
        }
    }

    /// Appends a batch of the map begun last.
    ///
    /// - Parameters:
    ///   - targets: what the profile makes of each; empty where it says nothing of this map.
    ///   - answers: numbers from ``keep(_:)``, 0 for none; empty where nothing was asked.
    public func append(_ batch: EntryBatch, targets: [LegacyTarget?] = [], answers: [Int64] = [])
        throws(MigrateError)
    {
        precondition(targets.isEmpty || targets.count == batch.count, "a target for each entry or none")
        precondition(answers.isEmpty || answers.count == batch.count, "an answer for each entry or none")
        precondition(ranges.last?.mapID == batch.mapID, "entries of a map that was not begun")
        try room.take(batch.count)
        try wrapping {
            let statement = unsafe entryInsertion.sqliteStatement
            // SAFETY: SQLite reads the bound bytes while it steps; all of them outlive the step, and each has the length
            // that is given with it.
            try unsafe batch.keys.withUnsafeBytes { keys in
                try unsafe batch.values.withUnsafeBytes { values in
                    for index in 0..<batch.count {
                        unsafe sqlite3_bind_int64(statement, 1, next)
                        let answer = answers.isEmpty ? 0 : answers[index]
                        if answer == 0 {
                            unsafe sqlite3_bind_null(statement, 2)
                        } else {
                            unsafe sqlite3_bind_int64(statement, 2, answer)
                        }
                        unsafe bind(targets.isEmpty ? nil : targets[index], statement)
                        unsafe bind(keys, index, batch.keySize, statement, 5)
                        unsafe bind(values, index, batch.valueSize, statement, 6)
                        let result = unsafe sqlite3_step(statement)
                        // What was bound stays bound to the next row, where it is written over.
                        unsafe sqlite3_reset(statement)
                        guard result == SQLITE_DONE else {
                            throw DatabaseError(
                                resultCode: ResultCode(rawValue: result), message: db.lastErrorMessage)
                        }
                        next += 1
                    }
                }
            }
        }
        ranges[ranges.count - 1].end = next
        try wrapping { try drop(2 * batch.count) }
    }

    /// Drops a part of what is too many, while the other thread waits for the kernel, and its room is taken at once. What is
    /// left goes with its snapshot in the end; and should this transaction fail, all of it is there again.
    private func drop(_ count: Int) throws {
        guard let range = old.last else { return }
        let end = min(range.upperBound, range.lowerBound + Int64(count))
        try deletion.execute(arguments: [range.lowerBound, end])
        old[old.count - 1] = end..<range.upperBound
        if old[old.count - 1].isEmpty { old.removeLast() }
    }

    private func bind(_ target: LegacyTarget?, _ statement: SQLiteStatement) {
        guard let target else {
            // SAFETY: parameters 3 and 4 exist.
            unsafe sqlite3_bind_null(statement, 3)
            unsafe sqlite3_bind_null(statement, 4)
            return
        }
        unsafe sqlite3_bind_int64(statement, 3, Int64(target.ifindex))
        let count = text.write(target.address)
        // SAFETY: the text stays as it is until the next row's.
        unsafe sqlite3_bind_text(statement, 4, text.bytes, CInt(count), nil)
    }

    private func bind(
        _ bytes: UnsafeRawBufferPointer, _ index: Int, _ size: Int, _ statement: SQLiteStatement, _ parameter: CInt
    ) {
        // SAFETY: the batch has `size` bytes for each of its entries. An empty blob needs an address, too.
        unsafe sqlite3_bind_blob(
            statement, parameter, bytes.baseAddress.map { unsafe $0 + index * size } ?? UnsafeRawPointer(text.bytes),
            CInt(size), nil)
    }

    private func wrapping<Value>(_ body: () throws -> Value) throws(MigrateError) -> Value {
        do { return try body() } catch { throw room.mapping.migrateError(error, doing: "written") }
    }
}
