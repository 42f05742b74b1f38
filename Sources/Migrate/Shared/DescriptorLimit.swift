import Glibc
import Model

/// How many files this process may have open (`RLIMIT_NOFILE`, getrlimit(2)).
enum DescriptorLimit {
    /// With fewer not even the runtime works: its worker threads end the process where epoll_create(2) fails.
    static let least: rlim_t = 16

    /// Takes what the hard limit allows. Where that is little, commands go on as far as they come, and say what they could
    /// not look at.
    static func raise(for what: String) throws(MigrateError) {
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        guard limit.rlim_max < least else {
            setrlimit(files, &limit)
            return
        }
        throw MigrateError(
            .kernelRead, "cannot \(what)",
            facts: ["it may have \(limit.rlim_max) files open, and \(least) are the least; some hundred are usual"],
            remedy: "Allow more, then again:  ulimit -n 1024")
    }
}
