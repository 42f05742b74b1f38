import Glibc
import Kernel

/// Runs a command to its end and keeps what it says, in the namespaces of the calling thread.
enum Command {
    /// - Parameters:
    ///   - input: what it reads on standard input; empty means end of file at once.
    ///   - seconds: it is killed after that long, which is an error.
    static func run(_ command: [String], input: String = "", seconds: Int = 60) throws(LabError) -> CommandResult {
        let toChild = try SocketPair()
        let fromOutput = try SocketPair()
        let fromError = try SocketPair()
        let pid = try Spawn.start(
            command,
            streams: .init(input: toChild.theirs.raw, output: fromOutput.theirs.raw, error: fromError.theirs.raw))
        let write = toChild.keepOurs()
        let streams = [Stream(fromOutput.keepOurs()), Stream(fromError.keepOurs())]
        var rest = Array(input.utf8)[...]
        if rest.isEmpty { shutdown(write.raw, CInt(SHUT_WR)) }
        let deadline = Clock.now() + UInt64(seconds) * 1_000_000_000
        while streams.contains(where: { !$0.ended }) {
            guard Clock.now() < deadline else {
                kill(pid, SIGKILL)
                _ = try Spawn.wait(pid)
                throw LabError(
                    .commandFailed, "command took longer than \(seconds) s: \(command.joined(separator: " "))",
                    changed: "it was killed")
            }
            var waiting = streams.map { pollfd(fd: $0.ended ? -1 : $0.raw, events: Int16(POLLIN), revents: 0) }
            waiting.append(pollfd(fd: rest.isEmpty ? -1 : write.raw, events: Int16(POLLOUT), revents: 0))
            // SAFETY: the count is the array's.
            guard unsafe poll(&waiting, nfds_t(waiting.count), 100) > 0 else { continue }
            for index in streams.indices where waiting[index].revents != 0 { streams[index].read() }
            if waiting[2].revents != 0 {
                let part = Array(rest)
                // SAFETY: at most the array's count; a closed reader is an error, not a signal.
                let sent = unsafe send(write.raw, part, part.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
                rest = sent > 0 ? rest.dropFirst(sent) : []
                if rest.isEmpty { shutdown(write.raw, CInt(SHUT_WR)) }
            }
        }
        return CommandResult(
            command: command, status: try Spawn.wait(pid), stdout: streams[0].text, stderr: streams[1].text)
    }

    /// One of the child's outputs.
    private final class Stream {
        private let descriptor: OwnedDescriptor
        private var bytes: [UInt8] = []
        private(set) var ended = false

        init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

        var raw: CInt { descriptor.raw }
        var text: String { String(decoding: bytes, as: UTF8.self) }

        func read() {
            var part = [UInt8](repeating: 0, count: 65536)
            // SAFETY: at most the array's count.
            let count = unsafe recv(raw, &part, part.count, CInt(MSG_DONTWAIT))
            if count > 0 { bytes += part.prefix(count) } else if count == 0 || errno != EAGAIN { ended = true }
        }
    }
}
