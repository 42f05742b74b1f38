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
    public func result(_ text: String) throws(Failure) { _ = try offer(text) }

    /// The same; `false`: the reader went away.
    public func offer(_ text: String) throws(Failure) -> Bool {
        try Self.taken(Self.write(text.hasSuffix("\n") ? text : text + "\n", to: 1))
    }

    private static func taken(_ cause: CInt?) throws(Failure) -> Bool {
        guard let cause, cause != EPIPE else { return cause == nil }
        throw Failure(description: String(cString: strerror(cause)))
    }

    /// What happens meanwhile.
    public func message(_ text: String) {
        if !quiet { Self.write(text + "\n", to: 2) }
    }

    public func detail(_ text: String) {
        if verbose { Self.write(text + "\n", to: 2) }
    }

    /// Whether a line may be drawn again and again: standard error is a terminal that can.
    var showsBar: Bool {
        guard !quiet, isatty(2) == 1 else { return false }
        return getenv("TERM").map { String(cString: $0) } ?? "dumb" != "dumb"
    }

    /// One line that the next takes the place of.
    func bar(_ text: String, share: Double) {
        let width = 30
        let full = max(0, min(width, Int(share * Double(width))))
        let drawn = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
        Self.writeRaw("\r[\(drawn)] \(text)")
    }

    func clearBar() { Self.writeRaw("\r\u{1b}[K") }

    public static func error(_ text: String) { write(text + "\n", to: 2) }

    /// Writes all of it; returns the error number if that fails.
    @discardableResult
    private static func write(_ text: String, to descriptor: CInt) -> CInt? {
        write(Array(printable(text).utf8), to: descriptor)
    }

    /// Part of the result, with what moves the cursor; everything else in it is printable.
    static func steer(_ text: String) throws(Failure) -> Bool { try taken(write(Array(text.utf8), to: 1)) }

    /// Texts of our own that move the cursor.
    private static func writeRaw(_ text: String) { write(Array(text.utf8), to: 2) }

    @discardableResult
    private static func write(_ text: [UInt8], to descriptor: CInt) -> CInt? {
        var bytes = text[...]
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
    static func printable(_ text: String) -> String {
        func steers(_ scalar: Unicode.Scalar) -> Bool {
            (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || (0x7f...0x9f).contains(scalar.value)
        }
        // By bytes first, since a document may be long: C1 begins with c2 in UTF-8.
        func mayBegin(_ byte: UInt8) -> Bool {
            byte == 0x7f || byte == 0xc2 || (byte < 0x20 && byte != 0x0a && byte != 0x09)
        }
        guard text.utf8.contains(where: mayBegin), text.unicodeScalars.contains(where: steers) else { return text }
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
