import Glibc

/// Results on standard output, messages on standard error.
public struct Console: Sendable {
    private let quiet: Bool
    private let verbose: Bool

    public init(quiet: Bool, verbose: Bool) {
        self.quiet = quiet
        self.verbose = verbose
    }

    /// Standard output did not take the result.
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    /// Part of the result. A reader that went away wants no more of it; any other failure is one.
    public func result(_ text: String) throws(Failure) {
        if let cause = Self.write(text.hasSuffix("\n") ? text : text + "\n", to: 1), cause != EPIPE {
            throw Failure(description: String(cString: strerror(cause)))
        }
    }

    /// What happens meanwhile.
    public func message(_ text: String) {
        if !quiet { Self.write(text + "\n", to: 2) }
    }

    public func detail(_ text: String) {
        if verbose { Self.write(text + "\n", to: 2) }
    }

    public static func error(_ text: String) { write(text + "\n", to: 2) }

    /// Writes all of it; returns the error number if that fails.
    @discardableResult
    private static func write(_ text: String, to descriptor: CInt) -> CInt? {
        var bytes = Array(printable(text).utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                return errno
            }
            bytes = bytes.dropFirst(written)
        }
        return nil
    }

    /// Names come from pods and from other programs: what would steer a terminal is shown as `\\x1b`.
    private static func printable(_ text: String) -> String {
        func steers(_ scalar: Unicode.Scalar) -> Bool {
            (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || (0x7f...0x9f).contains(scalar.value)
        }
        guard text.unicodeScalars.contains(where: steers) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if steers(scalar) {
                shown += "\\x\(String(scalar.value + 0x100, radix: 16).dropFirst())".unicodeScalars
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// Whether both ends of a conversation are a person's terminal.
    public static var isInteractive: Bool { isatty(0) == 1 && isatty(2) == 1 }
}
