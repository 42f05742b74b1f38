import Kernel
import Model

/// Reads the programs that matter: those on hooks, and those that use one of the profile's maps.
enum ProgramReader {
    static func read(into snapshot: inout Snapshot) throws(MigrateError) {
        let hooked = Set(snapshot.hooks.compactMap(\.program?.id))
        let maps = Set(snapshot.maps.map(\.id))
        let ids = try reading("BPF programs") { () throws(KernelError) in try BPFProgram.ids() }
        for id in ids {
            let record: ProgramRecord
            do throws(KernelError) {
                record = try BPFProgram(id: id).record
            } catch {
                if error.errno == .noSuchFileOrDirectory { continue }
                snapshot.unobserved.append(Unobserved(what: "program \(id)", why: error.description))
                continue
            }
            if hooked.contains(id) || !maps.isDisjoint(with: record.mapIDs) { snapshot.programs.append(record) }
        }
    }
}
