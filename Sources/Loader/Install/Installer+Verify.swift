import Kernel
import Model

extension Installer {
    /// Reads every hook once more, after the last one was replaced.
    func verify(_ programs: Replacements) throws(MigrateError) {
        try checkInterruption()
        try record(.verify, "read every hook back") { () throws(MigrateError) in
            let directory = try namespaces()
            for (hook, program) in zip(request.hooks, programs.references) {
                let now = try acting("read \(title(hook))") { () throws(KernelError) -> Hook? in
                    guard let namespace = directory[hook.netns.cookie] else { return nil }
                    return try namespace.run { () throws(KernelError) in
                        var socket = try NetlinkSocket()
                        return try HookReader.current(hook, replacement: program.id, socket: &socket)
                    }
                }
                guard now?.program?.id == program.id else {
                    throw MigrateError(
                        .stalePlan, "\(title(hook)) does not hold the replacement any more",
                        facts: [
                            "program \(program.id) was put there, \(now?.program.map { String($0.id) } ?? "none") is there now."
                        ])
                }
            }
            return ((), "\(request.hooks.count.of("hook", "holds", "hold")) \(programs.summary)")
        }
    }
}
