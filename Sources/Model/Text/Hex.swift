extension Sequence where Element == UInt8 {
    /// Two lower-case hexadecimal digits per byte, no separator.
    public var hex: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
