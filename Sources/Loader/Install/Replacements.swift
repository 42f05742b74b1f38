import Kernel
import Model

/// The loaded replacements of a run: one for each namespace, or for several that are told the same.
struct Replacements {
    private var byConfiguration: [RedirectConfiguration: OpenProgram] = [:]
    /// In the order of the hooks.
    private(set) var ofHooks: [OpenProgram] = []

    /// Loads what is needed, attached to nothing.
    init(_ hooks: [Hook], told: [UInt64: RedirectConfiguration]) throws(MigrateError) {
        for hook in hooks {
            guard let configuration = told[hook.netns.cookie] else {
                throw MigrateError(
                    .bug, "cannot load the replacement of \(hook.title)",
                    facts: ["nothing is known of its network namespace, cookie \(hook.netns.cookie)"])
            }
            if let known = byConfiguration[configuration] {
                ofHooks.append(known)
                continue
            }
            let program = try acting("load the replacement") { () throws(KernelError) in
                try ReplacementObject.load(configuration)
            }
            let loaded = OpenProgram(program)
            byConfiguration[configuration] = loaded
            ofHooks.append(loaded)
        }
    }

    var references: [ProgramReference] { ofHooks.map(\.reference) }

    /// `program 7, tag 0123…`, each once.
    var summary: String {
        byConfiguration.values.map(\.reference).sorted { $0.id < $1.id }
            .map { "program \($0.id), tag \($0.tag)" }.joined(separator: "; ")
    }
}
