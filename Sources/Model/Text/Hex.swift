extension Sequence where Element == UInt8 {
    /// Two lower-case hexadecimal digits per byte, no separator.
    public var hex: String { Array(self).hex }
}

extension [UInt8] {
    /// Two lower-case hexadecimal digits per byte, no separator.
    public var hex: String {
        // Digit by digit, of a known sequence: every filter that is read has a tag, and there are thousands.
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * count)
        for byte in self {
            digits.append(Self.digit(byte >> 4))
            digits.append(Self.digit(byte & 15))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
}
