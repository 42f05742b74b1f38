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
        guard mkdir(directory + "/state", 0o700) == 0 else { throw Sample.Unusable(text: "mkdir: \(errno)") }
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
        let findings = try Sample.findings(matching: matching)
        let plan = try Sample.plan(snapshotID: id, createdAt: time, findings: findings)
        try save(try Sample.snapshot(id: id, takenAt: time), plan: plan, findings: findings)
        return plan
    }

    /// A snapshot with the entries of its first map, and none of the others, and no plan.
    func save(_ snapshot: Snapshot, entries: [MapEntry] = []) throws(MigrateError) {
        let layout = try? Sample.profile().maps[0]
        try record(snapshotID: snapshot.id, keep: 1000) { (writer) throws(MigrateError) in
            if let map = entries.first?.mapID { writer.begin(map: map, macOffset: layout?.value.destinationMACOffset) }
            // One by one: sizes may differ.
            for entry in entries {
                try writer.append(EntryBatch([entry]), targets: [layout?.decode(entry)])
            }
            return ((), Recorded(snapshot: snapshot, plan: nil))
        }
    }

    /// A snapshot whose first map holds what the findings are about.
    func save(_ snapshot: Snapshot, plan: PlanDocument, findings: [Finding]) throws(MigrateError) {
        try record(snapshotID: snapshot.id, keep: 1000) { (writer) throws(MigrateError) in
            writer.begin(map: 41, macOffset: 4)
            var kept: [Judgement: Int64] = [:]
            for finding in findings {
                let judgement = Judgement(finding)
                let number: Int64
                if let known = kept[judgement] { number = known } else { number = try writer.keep(judgement) }
                kept[judgement] = number
                let target = LegacyTarget(
                    address: finding.address, ifindex: finding.legacy.ifindex, mac: finding.legacy.mac)
                let entry = MapEntry(
                    mapID: 41, key: finding.address.networkBytes,
                    value: withUnsafeBytes(of: target.ifindex.littleEndian) { Array($0) } + target.mac.bytes + [0, 0])
                try writer.append(EntryBatch([entry]), targets: [target], answers: [number])
            }
            return ((), Recorded(snapshot: snapshot, plan: plan))
        }
    }
}

/// The error that `body` throws, if it is one an operator may meet.
func migrateError(_ body: () throws -> Void) -> MigrateError? {
    do {
        try body()
        return nil
    } catch { return error as? MigrateError }
}

extension Sample {
    /// For closures that throw one kind of error only.
    static func wrapped(_ id: String) throws(MigrateError) -> Snapshot {
        do { return try snapshot(id: id) } catch { throw MigrateError(.bug, "no sample", facts: ["\(error)"]) }
    }
}
