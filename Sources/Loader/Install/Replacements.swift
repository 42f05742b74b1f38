import Kernel
import Model

/// The loaded programs of a run, all lists in the order of its hooks.
struct Replacements {
    /// What goes into the slots.
    var ofHooks: [OpenProgram] = []
    /// What `finalize` puts there; none where the slots get it at once.
    var plains: [ProgramReference?] = []
    /// Which pair of switch and plain replacement each hook has.
    var pairs: [UInt32?] = []

    var references: [ProgramReference] { ofHooks.map(\.reference) }

    /// `program 7, tag 0123…`, each once.
    var summary: String {
        Set(references).sorted { $0.id < $1.id }
            .map { "program \($0.id), tag \($0.tag)" }.joined(separator: "; ")
    }

    /// For the direct cut: one for each namespace, or for several that are told the same.
    static func direct(_ hooks: [Hook], told: [UInt64: RedirectConfiguration]) throws(MigrateError) -> Replacements {
        var found = Replacements()
        var known: [RedirectConfiguration: OpenProgram] = [:]
        for hook in hooks {
            let configuration = try configuration(of: hook, told)
            let loaded: OpenProgram
            if let there = known[configuration] {
                loaded = there
            } else {
                let program = try acting("load the replacement") { () throws(KernelError) in
                    try ReplacementObject.load(configuration)
                }
                loaded = OpenProgram(program)
                known[configuration] = loaded
            }
            found.ofHooks.append(loaded)
            found.plains.append(nil)
            found.pairs.append(nil)
        }
        return found
    }

    static func configuration(
        of hook: Hook, _ told: [UInt64: RedirectConfiguration]
    ) throws(MigrateError) -> RedirectConfiguration {
        guard let configuration = told[hook.netns.cookie] else {
            throw MigrateError(
                .bug, "cannot load the replacement of \(hook.title)",
                facts: ["nothing is known of its network namespace, cookie \(hook.netns.cookie)"])
        }
        return configuration
    }
}
