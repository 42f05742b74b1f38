import FoundationEssentials
import GRDB
import Glibc
import Model
import ModelSamples
import Testing

@testable import Store

/// What goes wrong on a node at night, and the words for it.
@Suite struct FailureTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    /// Every such error names the file, quotes its cause and says what to type.
    private func check(_ error: MigrateError?, is code: Code, _ sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(error?.code == code, sourceLocation: sourceLocation)
        #expect(error?.what.contains(scratch.directory) == true, sourceLocation: sourceLocation)
        #expect(error?.facts.isEmpty == false, sourceLocation: sourceLocation)
        #expect(error?.remedy?.contains(":  ") == true, sourceLocation: sourceLocation)
    }

    @Test func `a newer database is refused`() throws {
        let store = try scratch.open()
        try store.execute("INSERT INTO grdb_migrations VALUES ('v9999_later')")
        try store.checkpointAndClose()
        for access in [Store.Access.readWrite, .readOnly] {
            let error = migrateError { _ = try scratch.open(access) }
            check(error, is: .databaseNewer)
            #expect(error?.facts == ["It has been through v9999_later, which this version does not know."])
        }
    }

    /// It is somebody's: nobody is told to move it, and not a byte of it changes.
    @Test func `what never was a database is left alone`() throws {
        let text = Array("root:x:0:0:root:/root:/bin/sh\n".utf8)
        for bytes in [text, Array(repeating: 0x41, count: 8192), Array("SQLite".utf8)] {
            try scratch.write(bytes, to: scratch.path)
            chmod(scratch.path, 0o600)
            for access in [Store.Access.readWrite, .readOnly] {
                let error = migrateError { _ = try scratch.open(access) }
                check(error, is: .databaseDamaged)
                #expect(error?.what.hasSuffix("is no database of SQLite") == true)
                #expect(error?.remedy?.contains("mv ") == false, "\(error?.remedy ?? "")")
                #expect(error?.facts.joined().contains("(26)") == true)
            }
            #expect(try Array(Data(contentsOf: URL(filePath: scratch.path))) == bytes)
        }
    }

    @Test func `a database whose header is damaged is moved away`() throws {
        try scratch.open().checkpointAndClose()
        var bytes = try Array(Data(contentsOf: URL(filePath: scratch.path)))
        for index in 16..<100 { bytes[index] = 0xa5 }
        try scratch.write(bytes, to: scratch.path)
        chmod(scratch.path, 0o600)
        let error = migrateError { _ = try scratch.open() }
        check(error, is: .databaseDamaged)
        #expect(error?.remedy?.hasSuffix("mv \(scratch.path) \(scratch.path).damaged") == true)
    }

    @Test func `damaged pages are found when read`() throws {
        let store = try scratch.open()
        _ = try store.saveSample()
        try store.checkpointAndClose()
        var bytes = try Array(Data(contentsOf: URL(filePath: scratch.path)))
        for index in 4096..<bytes.count { bytes[index] = 0xa5 }
        try scratch.write(bytes, to: scratch.path)
        chmod(scratch.path, 0o600)
        check(migrateError { _ = try scratch.open().snapshot(idPrefix: "s-") }, is: .databaseDamaged)
    }

    @Test func `another program's database is left alone`() throws {
        mkdir(scratch.directory + "/state", 0o700)
        let other = try DatabaseQueue(path: scratch.path)
        try other.write { try $0.execute(sql: "CREATE TABLE theirs (a)") }
        try other.close()
        chmod(scratch.path, 0o600)
        let error = migrateError { _ = try scratch.open() }
        check(error, is: .databaseDamaged)
        #expect(error?.what.contains("is not a database of migrate") == true)
        let again = try DatabaseQueue(path: scratch.path)
        #expect(try again.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_master") } == ["theirs"])
    }

    /// SQLite itself says FULL: the limit of pages stands for the disk's.
    @Test func `a full disk is said, and what was there stays`() throws {
        let store = try scratch.open()
        let plan = try store.saveSample()
        try store.execute("PRAGMA max_page_count = 1")
        let error = migrateError {
            for number in 0..<500 { try store.save(Sample.snapshot(id: "s-\(number)")) }
        }
        check(error, is: .diskFull)
        #expect(error?.facts.first?.contains("full") == true)
        #expect(try store.plan(idPrefix: String(plan.planID.prefix(6))).planID == plan.planID)
    }

    /// Permissions do not bind root, /proc does: nobody can make a file there.
    @Test func `a file system that takes no file is said`() throws {
        let error = migrateError { _ = try Store.open(path: "/proc/sys/migrate.db", access: .readWrite) }
        #expect([.databaseReadOnly, .badStateDirectory, .needsRoot].contains(error?.code))
        #expect(error?.what.contains("/proc/sys/migrate.db") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "chattr +i needs root"))
    func `a directory that cannot be written is said`() throws {
        try scratch.open().checkpointAndClose()
        let state = scratch.directory + "/state"
        guard run("/usr/bin/chattr", "+i", state) else {
            try Test.cancel("no immutable directories on this file system")
        }
        defer { _ = run("/usr/bin/chattr", "-i", state) }
        check(migrateError { try scratch.open().create(run: Sample.run(planID: "p-1")) }, is: .databaseReadOnly)
    }

    @Test func `every result of SQLite has its code`() {
        let mapping = ErrorMapping(path: scratch.path)
        for (result, code) in [
            (.SQLITE_NOTADB, .databaseDamaged), (.SQLITE_CORRUPT, .databaseDamaged),
            (.SQLITE_READONLY, .databaseReadOnly), (.SQLITE_READONLY_DIRECTORY, .databaseReadOnly),
            (.SQLITE_PERM, .databaseReadOnly), (.SQLITE_CANTOPEN, .databaseReadOnly), (.SQLITE_FULL, .diskFull),
            (.SQLITE_IOERR, .databaseFailure), (.SQLITE_IOERR_FSYNC, .databaseFailure), (.SQLITE_BUSY, .locked),
            (.SQLITE_CONSTRAINT_CHECK, .databaseFailure),
        ] as [(ResultCode, Code)] {
            check(
                mapping.migrateError(DatabaseError(resultCode: result, message: "its words"), doing: "written"),
                is: code)
        }
    }

    @Test func `room is asked for twice`() throws {
        let store = try scratch.open(.readOnly)
        try store.requireFreeSpace(bytes: 4096)
        #expect(migrateError { try store.requireFreeSpace(bytes: .max) }?.code == .diskFull)
        #expect(migrateError { try store.requireFreeSpace(bytes: 1 << 60) }?.code == .diskFull)
    }

    /// A lock held elsewhere is waited for, then named.
    @Test func `a busy database is said`() throws {
        let store = try scratch.open()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: scratch.path, configuration: configuration)
        try other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        try store.execute("PRAGMA busy_timeout = 10", inTransaction: false)
        check(migrateError { try store.create(run: Sample.run(planID: "p-1")) }, is: .locked)
        try other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    }

    private func run(_ program: String, _ arguments: String...) -> Bool {
        var pid: pid_t = 0
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in argv { free(pointer) } }
        guard posix_spawn(&pid, program, nil, nil, &argv, nil) == 0 else { return false }
        var status: Int32 = 0
        return waitpid(pid, &status, 0) == pid && status == 0
    }
}
