import CLibbpf
import Glibc
import Synchronization

/// What libbpf says, kept for the error that follows: the verifier's words are among it.
enum LibbpfLog {
    private static let lines = Mutex<[String]>([])

    /// From now on nothing goes to standard error.
    static func capture() {
        // SAFETY: the callback only uses its arguments, as vsnprintf() wants them, and a lock.
        _ = unsafe libbpf_set_print { level, format, arguments in
            guard level != LIBBPF_DEBUG, let format = unsafe format, let arguments = unsafe arguments else { return 0 }
            var text = [CChar](repeating: 0, count: 1024)
            let count = unsafe vsnprintf(&text, text.count, format, arguments)
            let line = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            LibbpfLog.lines.withLock { $0 = $0.suffix(50) + [line] }
            return count
        }
    }

    /// The last lines, which are forgotten.
    static func take() -> [String] {
        lines.withLock { lines in
            defer { lines = [] }
            return lines.suffix(10).flatMap { $0.split(separator: "\n").map(String.init) }
        }
    }
}
