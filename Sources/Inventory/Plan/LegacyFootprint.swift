import Kernel
import Model

/// What the deployment takes of the kernel: the programs that are to be replaced, and the maps they read.
enum LegacyFootprint {
    static func read(_ hooks: [Hook], maps: [MapRecord]) -> [Gain.Object] {
        var programs: [UInt32: ProgramReference] = [:]
        for program in hooks.compactMap(\.program) { programs[program.id] = program }
        return programs.values.sorted { $0.id < $1.id }.map {
            Gain.Object(kind: .program, id: $0.id, name: $0.name, bytesMemlock: LockedMemory.ofProgram($0.id))
        } + maps.map { Gain.Object(kind: .map, id: $0.id, name: $0.title, bytesMemlock: LockedMemory.ofMap($0.id)) }
    }
}
