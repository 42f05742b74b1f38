/// Network byte order, as every header of a packet is written.
extension [UInt8] {
    /// Most significant byte first.
    mutating func append(bigEndian value: some FixedWidthInteger) {
        append(contentsOf: Swift.withUnsafeBytes(of: value.bigEndian) { Array($0) })
    }

    /// Overwrites two bytes at `offset`, most significant first.
    mutating func store(_ value: UInt16, at offset: Int) {
        self[offset] = UInt8(value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }
}
