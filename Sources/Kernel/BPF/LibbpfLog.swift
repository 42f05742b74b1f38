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
            var buffer = [CChar](repeating: 0, count: 16384)
            let length = unsafe vsnprintf(&buffer, buffer.count, format, arguments)
            let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
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
