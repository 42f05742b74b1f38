import Glibc

/// Starts processes by posix_spawn(), in the namespaces of the calling thread.
///
/// Foundation's Process would start them too, but it polls through a run loop, and swift-subprocess is async:
/// neither says on which thread, hence in which namespace, the child begins.
enum Spawn {
    /// What to put at a descriptor's place in the child; everything else is close-on-exec.
    struct Streams {
        var input: CInt
        var output: CInt
        var error: CInt
    }

    /// The child's process id. It begins with no signal blocked and those that a parent may ignore at default.
    static func start(_ command: [String], streams: Streams?) throws(LabError) -> pid_t {
        guard let program = command.first else { throw LabError(.unusable, "no command given") }
        let path = try locate(program)
        var pid = pid_t()
        // SAFETY: each object is initialised here, used by this call only and destroyed at its end; the argument
        // pointers come from strdup() and are freed after the call, which has copied them by then.
        try unsafe withArguments(command) { (arguments) throws(LabError) in
            var actions = unsafe posix_spawn_file_actions_t()
            unsafe posix_spawn_file_actions_init(&actions)
            defer { unsafe posix_spawn_file_actions_destroy(&actions) }
            if let streams {
                unsafe posix_spawn_file_actions_adddup2(&actions, streams.input, 0)
                unsafe posix_spawn_file_actions_adddup2(&actions, streams.output, 1)
                unsafe posix_spawn_file_actions_adddup2(&actions, streams.error, 2)
            }
            var attributes = posix_spawnattr_t()
            unsafe posix_spawnattr_init(&attributes)
            defer { unsafe posix_spawnattr_destroy(&attributes) }
            var signals = sigset_t()
            unsafe sigemptyset(&signals)
            unsafe posix_spawnattr_setsigmask(&attributes, &signals)
            unsafe sigfillset(&signals)
            unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
            unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
            try numbered("start", path, unsafe posix_spawn(&pid, path, &actions, &attributes, arguments, environ))
        }
        return pid
    }

    /// Waits for the end; 128 + n for signal n.
    static func wait(_ pid: pid_t) throws(LabError) -> Int32 {
        var status: CInt = 0
        // SAFETY: waitpid() writes one int.
        while unsafe waitpid(pid, &status, 0) == -1 {
            guard errno == EINTR else { throw .call("wait for", "process \(pid)", .init(rawValue: errno)) }
        }
        return exitStatus(status)
    }

    /// From waitpid()'s word: the low seven bits are the signal, the second byte is the exit status.
    static func exitStatus(_ status: CInt) -> Int32 {
        status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
    }

    /// Looks in PATH, then where the tools of an administrator are, which PATH may lack.
    static func locate(_ program: String) throws(LabError) -> String {
        if program.contains("/") { return program }
        // SAFETY: getenv() returns a C string or nil, and nobody in this process changes PATH; access() reads its
        // argument.
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
        for directory in path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/bin", "/bin"] {
            let candidate = "\(directory)/\(program)"
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        throw LabError(
            .commandFailed, "find \(program)", facts: ["it is not in PATH"],
            remedy: "apt-get install iproute2 util-linux bpftool")
    }

    /// `command` as C wants it, for the duration of `body`.
    static func withArguments<T>(
        _ command: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws(LabError) -> T
    ) throws(LabError) -> T {
        // SAFETY: strdup() copies; the copies are freed once, after the last use.
        let arguments = unsafe command.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        return try unsafe body(arguments)
    }
}
