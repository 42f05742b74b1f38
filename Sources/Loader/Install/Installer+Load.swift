import Kernel
import Model

extension Installer {
    /// Loads the replacements and writes down which hook gets which, before any of them is attached.
    func load(
        _ progress: inout Progress, _ configurations: [UInt64: RedirectConfiguration]
    ) throws(MigrateError) -> Replacements {
        try checkInterruption()
        let names = Set(configurations.values.map(\.program)).sorted().joined(separator: ", ")
        let sequence = try journal.begin(.load, "load \(names)")
        let programs = try Replacements(request.hooks, told: configurations)
        guard var run = progress.run else { throw MigrateError(.bug, "cannot load before the programs are pinned") }
        for index in run.hooks.indices { run.hooks[index].replacementID = programs.ofHooks[index].reference.id }
        progress.run = run
        try acting("record the replacement") { () throws(KernelError) in try pins.update(run) }
        try journal.set(replacements: programs.references)
        try journal.end(sequence, programs.summary)
        return programs
    }
}
