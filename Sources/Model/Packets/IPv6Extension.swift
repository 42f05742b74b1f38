/// A header between IPv6's own and the transport's (RFC 8200 section 4; AH: RFC 4302).
public enum IPv6Extension: Hashable, Sendable {
    /// Options of this many bytes altogether, written as one padding option.
    case hopByHop(length: Int = 6)
    case destinationOptions(length: Int = 6)
    /// Type 4 (segment routing) with nothing left to visit.
    case routing(length: Int = 6)
    /// Offset in units of eight bytes, 0…8191.
    case fragment(offset: UInt16 = 0, more: Bool = false, identification: UInt32 = 1)
    case authentication
    /// Any bytes: its own next-header field is the first of them, and is written over.
    case raw(number: UInt8, bytes: [UInt8])

    /// As the header before it names it (`IPPROTO_*`).
    public var number: UInt8 {
        switch self {
        case .hopByHop: 0
        case .routing: 43
        case .fragment: 44
        case .authentication: 51
        case .destinationOptions: 60
        case .raw(let number, _): number
        }
    }

    func bytes(next: UInt8) -> [UInt8] {
        switch self {
        case .hopByHop(let length), .destinationOptions(let length): return Self.options(next, length)
        case .routing(let length):
            var bytes = Self.sized(next, length)
            bytes[2] = 4
            return bytes
        case .fragment(let offset, let more, let identification):
            var bytes: [UInt8] = [next, 0]
            bytes.append(bigEndian: offset << 3 | (more ? 1 : 0))
            bytes.append(bigEndian: identification)
            return bytes
        case .authentication:
            // Length in words of four bytes, less two: 12 bytes and an integrity value of 12.
            return [next, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] + [UInt8](repeating: 0xaa, count: 12)
        case .raw(_, let bytes):
            var copy = bytes
            if !copy.isEmpty { copy[0] = next }
            return copy
        }
    }

    /// Two bytes and at least `length` more, to a multiple of eight; 2,048 at most.
    private static func sized(_ next: UInt8, _ length: Int) -> [UInt8] {
        let units = min(max(length + 2 + 7, 8) / 8, 256)
        return [next, UInt8(units - 1)] + [UInt8](repeating: 0, count: units * 8 - 2)
    }

    private static func options(_ next: UInt8, _ length: Int) -> [UInt8] {
        var bytes = sized(next, length)
        // PadN counts the bytes behind its own two, and holds 255; what is left is Pad1, which is zero.
        bytes[2] = 1
        bytes[3] = UInt8(clamping: bytes.count - 4)
        return bytes
    }
}
