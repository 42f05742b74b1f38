import Kernel
import Model

extension Installer {
    /// Resolves neighbors, checks every entry again. Returns how many did not answer.
    func warm() throws(MigrateError) -> Int {
        try checkInterruption()
        return try record(.warm, "resolve \(request.warm.count) neighbors") { () throws(MigrateError) in
            let directory = try namespaces()
            let pending = try acting("resolve neighbors") { () throws(KernelError) in
                try NeighborWarming.warm(
                    request.warm, in: Set(request.warm.map(\.netns)).compactMap { directory[$0] })
            }
            let silent = pending.filter { request.mustAnswer.contains($0) }
            guard silent.isEmpty else {
                throw MigrateError(
                    .rolledBack, "destinations do not answer",
                    facts: silent.prefix(20).map {
                        "\($0.address) on ifindex \($0.ifindex): the map delivers without asking, the kernel must ask and got no answer"
                    }, remedy: "Mend those pods, or accept that they break:  migrate plan --accept-unknown")
            }
            let broken = try request.recheck()
            guard broken.isEmpty else {
                throw MigrateError(
                    .rolledBack, "destinations would break after warming", facts: broken,
                    remedy: "See the entries:  migrate plan")
            }
            return (pending.count, "\(request.warm.count - pending.count) resolved, \(pending.count) not")
        }
    }
}
