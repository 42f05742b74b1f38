extension String {
    /// The text as one word of a POSIX shell, quoted where it must be.
    ///
    /// An interface may be named `$(reboot)`: Linux forbids only `/`, `:` and white space in its name.
    public var shellWord: String {
        let plain =
            !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._@%+=:,/-".utf8.contains(byte)
                }
            }
        return plain
            ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
