import Glibc
import SystemPackage

/// Working inside a lab.
extension LabNode {
    /// Those of every tenant, proxy and gateways not among them.
    public var pods: [LabPod] { state.pods }

    /// By the name of its namespace; `ztunnel` is ambient's proxy.
    public func pod(_ name: String) throws(LabError) -> LabPod {
        let all = state.pods + [state.proxy].compactMap(\.self) + state.gateways
        guard let pod = all.first(where: { $0.name == name }) else {
            throw LabError(
                .unusable, "no pod named \(name)", facts: ["there are \(all.map(\.name).joined(separator: ", "))"])
        }
        return pod
    }

    /// Runs `body` on a thread of its own inside the lab's mount namespace and the network namespace of the node,
    /// or of a pod, or of a tenant (`t1`, …). Descriptors and sockets made there may be used anywhere afterwards.
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

    /// Adds the routes that the `broken` entries lack; harmless if they are there.
    public func mend() throws {
        for pod in pods where pod.fault == .broken {
            for address in [pod.address, pod.ipv6].compactMap(\.self) {
                let route = ["\(address)", "dev", pod.interface] + (address.family == .ipv4 ? ["scope", "link"] : [])
                try run(["ip", "route", "replace"] + route, in: pod.tenant).mustSucceed()
            }
            try enter(pod.tenant) { try Warmup.run([pod]) }
        }
    }

    /// The path by which other namespaces reach the node's network namespace, or a pod's.
    func networkPath(_ pod: String?) -> String {
        let keeper = "/proc/\(state.keeper.pid)"
        return pod.map { "\(keeper)/root/run/netns/\($0)" } ?? "\(keeper)/ns/net"
    }
}

/// The deployment's maps, as its agent would change them.
extension LabNode {
    private var deployment: any LabDeployment.Type { state.options.family.deployment }

    /// What the maps of every tenant hold now, by address.
    public func entries() throws -> [LabMapEntry] {
        let tenants: [String?] = state.tenants.isEmpty ? [nil] : state.tenants
        let found = try tenants.flatMap { tenant in
            try deployment.layouts.flatMap { layout in
                try map(layout, tenant).entries(layout).map { entry in
                    var entry = entry
                    entry.tenant = tenant
                    return entry
                }
            }
        }
        return found.sorted { $0.address < $1.address }
    }

    public func setEntry(_ entry: LabMapEntry) throws {
        let layout = try layout(of: entry)
        try map(layout, entry.tenant).update(layout.key(entry), layout.value(entry))
    }

    public func removeEntry(_ entry: LabMapEntry) throws {
        let layout = try layout(of: entry)
        try map(layout, entry.tenant).delete(layout.key(entry))
    }

    private func map(_ layout: any EntryLayout, _ tenant: String?) throws -> DeploymentMap {
        let path = deployment.pin(layout.map, tenant)
        return try enter { try DeploymentMap(pin: path) }
    }

    private func layout(of entry: LabMapEntry) throws(LabError) -> any EntryLayout {
        guard let layout = deployment.layout(entry.address.family) else {
            throw LabError(.unusable, "no map of family \(state.options.family.rawValue) holds \(entry.address)")
        }
        return layout
    }
}
