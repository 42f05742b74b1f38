/// Where in a BTF blob the bytes do not say what they must.
///
/// Whoever reads the blob for an object turns it into a `KernelError` that names the object.
public struct BTFFault: Error, Hashable, Sendable, CustomStringConvertible {
    public var reason: String
    /// The type concerned, as BTF numbers them from 1; `nil` when header or strings are.
    public var type: UInt32?

    public init(_ reason: String, type: UInt32? = nil) {
        self.reason = reason
        self.type = type
    }

    public var description: String { type.map { "type \($0): \(reason)" } ?? reason }
}

extension RawSpan {
    /// Four bytes in host byte order; a fault where they are not all there.
    func word(at offset: Int) throws(BTFFault) -> UInt32 {
        guard offset >= 0, byteCount >= 4, offset <= byteCount - 4 else {
            throw BTFFault("\(byteCount) bytes, more needed at \(offset)")
        }
        // SAFETY: the guard keeps the read inside the span, alignment does not matter to an unaligned load, and every
        // bit pattern is a number.
        return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }

    func half(at offset: Int) throws(BTFFault) -> UInt16 {
        guard offset >= 0, byteCount >= 2, offset <= byteCount - 2 else {
            throw BTFFault("\(byteCount) bytes, more needed at \(offset)")
        }
        // SAFETY: as above.
        return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)
    }

    func octet(at offset: Int) throws(BTFFault) -> UInt8 {
        guard offset >= 0, offset < byteCount else {
            throw BTFFault("\(byteCount) bytes, more needed at \(offset)")
        }
        // SAFETY: as above.
        return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
    }
}
