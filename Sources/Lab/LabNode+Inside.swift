import Glibc
import SystemPackage

/// Working inside a lab.
extension LabNode {
    /// Those in the node, proxy and gateway not among them.
    public var pods: [LabPod] { state.pods }

    /// By the name of its namespace; `ztunnel` is the proxy.
    public func pod(_ name: String) throws(LabError) -> LabPod {
        let all = state.pods + [state.proxy, state.gateway].compactMap(\.self)
        guard let pod = all.first(where: { $0.name == name }) else {
            throw LabError(
                .unusable, "no pod named \(name)", facts: ["there are \(all.map(\.name).joined(separator: ", "))"])
        }
        return pod
    }

    /// Runs `body` on a thread of its own inside the lab's mount namespace and the network namespace of the node,
    /// or of a pod. Descriptors and sockets made there may be used anywhere afterwards.
    public func enter<T>(_ pod: String? = nil, _ body: () throws -> T) throws -> T {
        try Entering.run(network: networkPath(pod), filesOf: state.keeper.pid, body)
    }

    /// Runs a command inside, to its end.
    public func run(
        _ command: [String], in pod: String? = nil, input: String = "", seconds: Int = 60
    ) throws -> CommandResult {
        try enter(pod) { try Command.run(command, input: input, seconds: seconds) }
    }

    /// Turns the calling process into `command`, inside; for use on a main thread that has nothing else to do.
    ///
    /// So the command has our process id, terminal and signals, and its exit status is ours.
    public func become(_ command: [String]) throws(LabError) -> Never {
        guard let program = command.first else { throw LabError(.unusable, "no command given") }
        var here = [CChar](repeating: 0, count: Int(PATH_MAX))
        // SAFETY: getcwd() writes at most the buffer's count, chdir() reads it, and ends with a zero byte.
        let known = unsafe getcwd(&here, here.count) != nil
        try Entering.stay(network: networkPath(nil), filesOf: state.keeper.pid)
        // Entering a mount namespace moves to its root.
        if known { unsafe chdir(here) }
        let path = try Spawn.locate(program)
        try unsafe Spawn.withArguments(command) { (arguments) throws(LabError) in
            // SAFETY: the arguments are valid for the call, which does not return if it succeeds.
            unsafe execv(path, arguments)
            throw .call("run", path, Errno(rawValue: errno))
        }
        preconditionFailure("execv() returned without an error")
    }

    /// Adds the route that the `broken` entry lacks; harmless if it is there.
    public func mend() throws {
        for pod in pods where pod.fault == .broken {
            let route = ["\(pod.address)/32", "dev", pod.interface, "scope", "link"]
            try run(["ip", "route", "replace"] + route).mustSucceed()
            try enter { try Warmup.run([pod]) }
        }
    }

    /// The path by which other namespaces reach the node's network namespace, or a pod's.
    func networkPath(_ pod: String?) -> String {
        let keeper = "/proc/\(state.keeper.pid)"
        return pod.map { "\(keeper)/root/run/netns/\($0)" } ?? "\(keeper)/ns/net"
    }
}

/// The deployment's map, as its agent would change it.
extension LabNode {
    /// What `app_info` holds now.
    public func entries() throws -> [LabMapEntry] { try enter { try AmbientMap("app_info").entries() } }

    public func setEntry(_ entry: LabMapEntry) throws {
        try enter { try AmbientMap("app_info").update(entry.key, entry.value) }
    }

    public func removeEntry(_ entry: LabMapEntry) throws {
        try enter { try AmbientMap("app_info").delete(entry.key) }
    }
}
