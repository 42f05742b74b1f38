import FoundationEssentials
import Glibc
import Model
import ModelSamples
import Testing

@testable import Store

/// A directory of its own, gone with the test.
final class Scratch {
    let directory: String
    var path: String { directory + "/state/migrate.db" }

    init() throws {
        var template = Array("/tmp/migrate-store-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Sample.Unusable(text: "mkdtemp: \(errno)") }
        directory = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func open(_ access: Store.Access = .readWrite) throws -> Store { try Store.open(path: path, access: access) }

    /// Permission bits of a path below the directory.
    func mode(_ name: String) -> mode_t? {
        var status = stat()
        return lstat(directory + "/" + name, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    func size(_ name: String) -> Int? {
        var status = stat()
        return lstat(directory + "/" + name, &status) == 0 ? Int(status.st_size) : nil
    }

    func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }
}

extension Store {
    /// A snapshot of the sample node and a plan for it.
    func saveSample(
        snapshot id: String = "s-3f9c1a2b4d5e", at time: Date = Sample.time, matching: Int = 129
    ) throws -> PlanDocument {
        let map = try Sample.profile().maps[0]
        try save(Sample.snapshot(id: id, takenAt: time), decode: map.decode)
        let findings = try Sample.findings(matching: matching)
        let plan = try Sample.plan(snapshotID: id, createdAt: time, findings: findings)
        try save(plan: plan, findings: findings)
        return plan
    }
}

/// The error that `body` throws, if it is one an operator may meet.
func migrateError(_ body: () throws -> Void) -> MigrateError? {
    do {
        try body()
        return nil
    } catch { return error as? MigrateError }
}
