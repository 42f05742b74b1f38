import Kernel
import Model

extension Installer {
    /// Loads the replacements and writes down which hook gets which, before any of them is attached.
    func load(
        _ run: inout PinnedRun, _ configurations: [UInt64: RedirectConfiguration]
    ) throws(MigrateError) -> Replacements {
        try checkInterruption()
        let names = Set(configurations.values.map(\.program)).sorted().joined(separator: ", ")
        let sequence = try journal.begin(.load, "load \(names)")
        let programs = try Replacements(request.hooks, told: configurations)
        for index in run.hooks.indices { run.hooks[index].replacementID = programs.ofHooks[index].reference.id }
        try acting("record the replacement") { () throws(KernelError) in try pins.update(run) }
        for (index, reference) in programs.references.enumerated() {
            try journal.set(replacement: reference, hook: index)
        }
        try journal.end(sequence, programs.summary)
        return programs
    }
}
