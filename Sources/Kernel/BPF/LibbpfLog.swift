import CLibbpf
import Glibc
import Synchronization

/// What libbpf has to say, kept instead of printed: the verifier's words belong into an error's text.
enum LibbpfLog {
    private static let lines = Mutex<[String]>([])

    /// Routes libbpf's messages here; once per process is enough, more does no harm.
    static let install: Void = {
        // SAFETY: the callback only formats into a local buffer of the size it names.
        _ = unsafe libbpf_set_print { level, format, arguments in
            guard level.rawValue <= LIBBPF_WARN.rawValue, let format = unsafe format, let arguments = unsafe arguments
            else { return 0 }
            // The verifier's whole log comes as one message, and its last lines say why. The list of arguments can
            // be gone through once only, so the room is libbpf's own for that log; what is not written costs nothing.
            let room = 1 << 24
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: room)
            defer { unsafe buffer.deallocate() }
            let length = unsafe vsnprintf(buffer, room, format, arguments)
            guard length >= 0 else { return length }
            let text = unsafe String(cString: buffer)
            LibbpfLog.lines.withLock { $0.append(text) }
            return length
        }
    }()

    /// Runs `body` and returns its result with the last lines libbpf logged meanwhile.
    static func capturing<T>(_ body: () -> T) -> (result: T, log: String) {
        _ = install
        lines.withLock { $0.removeAll() }
        let result = body()
        let log = lines.withLock { $0.joined() }
        let tail = log.split(separator: "\n").suffix(12).joined(separator: "\n")
        return (result, tail)
    }
}
