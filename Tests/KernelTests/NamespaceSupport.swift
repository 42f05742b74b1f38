import Glibc
import Kernel
import Model
import Testing

extension Trait where Self == ConditionTrait {
    /// Namespaces and tc need CAP_NET_ADMIN and CAP_SYS_ADMIN.
    static var needsRoot: Self { .enabled(if: geteuid() == 0, "needs root") }
}

struct CommandFailed: Error {
    var command: String
    var output: String
    var status: CInt
}

/// Runs a shell command; a child is born in the network namespace of the thread that makes it.
@discardableResult
func shell(_ command: String) throws -> String {
    guard let stream = popen("(\(command)) 2>&1", "r") else {
        throw CommandFailed(command: command, output: "", status: -1)
    }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = fread(&chunk, 1, chunk.count, stream)
        if count == 0 { break }
        output += chunk.prefix(count)
    }
    let status = pclose(stream)
    let text = String(decoding: output, as: UTF8.self)
    guard status == 0 else { throw CommandFailed(command: command, output: text, status: status) }
    return text
}

extension NetworkNamespace {
    @discardableResult
    func shell(_ command: String) throws -> String {
        try run(rethrowing: { try KernelTests.shell(command) })
    }

    var cookie: UInt64 { identity.cookie }

    /// A socket that stays in this namespace.
    func socket() throws -> NetlinkSocket { try run { try NetlinkSocket() } }

    func monitor() throws -> NetlinkMonitor {
        let cookie = cookie
        return try run { () throws(KernelError) in try NetlinkMonitor(netns: cookie) }
    }

    /// ifindex of an interface by name.
    func index(_ name: String) throws -> UInt32 { try run(rethrowing: { if_nametoindex(name) }) }
}
