import Kernel
import Model

extension Installer {
    /// Reads every hook once more, after the last one was replaced.
    func verify(_ programs: Replacements) throws(MigrateError) {
        try checkInterruption()
        try record(.verify, "read every hook back") { () throws(MigrateError) in
            let found = HookLook.current(
                request.hooks, replacements: programs.references.map { [$0.id] }, in: try namespaces())
            var refusals: [MigrateError] = []
            for (index, program) in programs.references.enumerated() {
                let title = title(request.hooks[index])
                switch found[index] {
                case .failure(let error): refusals.append(cannot("read \(title)", error))
                case .success(let now) where now?.program?.id != program.id:
                    refusals.append(
                        MigrateError(
                            .stalePlan, "\(title) does not hold the replacement any more",
                            facts: [
                                "program \(program.id) was put there, \(now?.program.map { String($0.id) } ?? "none") is there now."
                            ]))
                case .success: break
                }
            }
            if let error = MigrateError.joined(refusals) { throw error }
            return ((), "\(request.hooks.count.of("hook", "holds", "hold")) \(programs.summary)")
        }
    }
}
