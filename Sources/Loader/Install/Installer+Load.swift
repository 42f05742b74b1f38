import Kernel
import Model

extension Installer {
    /// Loads the replacements and writes down which hook gets which, before any of them is attached.
    func load(
        _ progress: inout Progress, _ configurations: [UInt64: RedirectConfiguration]
    ) throws(MigrateError) -> Replacements {
        try checkInterruption()
        let names = configurations.values.map { request.cut == .switch ? $0.switchProgram : $0.program }
        let sequence = try journal.begin(.load, "load \(Set(names).sorted().joined(separator: ", "))")
        let programs: Replacements
        switch request.cut {
        case .direct: programs = try Replacements.direct(request.hooks, told: configurations)
        case .switch:
            if let prepared = request.prepared, let hook = request.hooks.first, request.hooks.count == 1 {
                programs = try take(prepared, for: hook, progress)
                try tryOut(programs)
                break
            }
            let planned = try acting("make the set of planned destinations") { () throws(KernelError) in
                try PlannedSet(request.planned)
            }
            programs = try SwitchLoading(pins: pins, cell: try makeCell(progress))
                .load(
                    request.hooks,
                    told: configurations.mapValues {
                        var told = $0
                        told.planned = .init(planned)
                        return told
                    })
            try tryOut(programs)
        }
        try note(programs, &progress)
        try journal.end(sequence, programs.summary)
        return programs
    }

    /// Writes down which hook gets which program, before any of them is attached.
    func note(_ programs: Replacements, _ progress: inout Progress) throws(MigrateError) {
        guard var run = progress.run else { throw MigrateError(.bug, "cannot load before the programs are pinned") }
        for index in run.hooks.indices {
            run.hooks[index].replacementID = programs.ofHooks[index].reference.id
            run.hooks[index].plainID = programs.plains[index]?.id ?? 0
            run.hooks[index].pair = programs.pairs[index]
        }
        progress.run = run
        try acting("record the replacement") { () throws(KernelError) in try pins.update(run) }
        try journal.set(
            programs: zip(programs.references, programs.plains).map { HookPrograms(replacement: $0, plain: $1) })
    }
}
