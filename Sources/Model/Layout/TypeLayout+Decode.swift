/// One member of an entry, as text.
public struct DecodedMember: Codable, Hashable, Sendable {
    /// Of the member; empty where the type is a single number.
    public var path: String
    /// A number in decimal, an address or a MAC in its canonical text, an enumeration's name, else hexadecimal bytes.
    public var value: String
    public init(path: String, value: String) {
        self.path = path
        self.value = value
    }
}

extension TypeLayout {
    /// The members of `bytes` in their order, without padding; those that end behind the bytes are left out.
    public func decode(_ bytes: [UInt8]) -> [DecodedMember] {
        members.compactMap { member in
            let start = Int(member.offset), end = start + Int(member.size)
            guard member.kind != .padding, end <= bytes.count else { return nil }
            return DecodedMember(path: member.path, value: member.text(Array(bytes[start..<end])))
        }
    }

    /// A per-CPU map's value: one for each possible processor, each rounded up to eight bytes (kernel/bpf/hashtab.c).
    public func decodePerCPU(_ bytes: [UInt8]) -> [[DecodedMember]] {
        let stride = (Int(size) + 7) & ~7
        guard stride > 0 else { return [] }
        return (0..<bytes.count / stride).map { decode(Array(bytes[$0 * stride..<($0 + 1) * stride])) }
    }
}

extension TypeLayout.Member {
    /// The member's own bytes as text.
    func text(_ bytes: [UInt8]) -> String {
        if meaning == .mac, kind == .bytes, bytes.dropFirst(6).allSatisfy({ $0 == 0 }),
            let mac = MACAddress(bytes: bytes.prefix(6))
        {
            return mac.description
        }
        // Of a u32 whose type does not say so nobody knows the byte order; it is a number then.
        if meaning == .ipv6Address || meaning == .ipv4Address && (kind == .bytes || isNetworkOrder),
            let address = IPAddress(networkBytes: bytes)
        {
            return address.description
        }
        let elements = Int(max(count, 1))
        switch kind {
        case .text: return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        case .bitfield: return bitfield(bytes)
        case .unsigned, .signed, .bool, .enumeration, .pointer:
            guard elements <= 64, bytes.count % elements == 0, bytes.count / elements <= 8 else { return bytes.hex }
            let width = bytes.count / elements
            let texts = (0..<elements).map { number(bytes[$0 * width..<($0 + 1) * width]) }
            return elements == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
        case .bytes, .opaque, .padding, .float: return bytes.hex
        }
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> String {
        // Networks' numbers are read as such, the others as this machine writes them.
        let ordered = isNetworkOrder ? Array(bytes) : Self.bigEndian(Array(bytes))
        let raw = ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = UInt64(64 - 8 * bytes.count)
        let signed = Int64(bitPattern: raw << unused) >> Int64(unused)
        switch kind {
        case .signed: return String(signed)
        case .bool: return raw == 0 ? "false" : "true"
        case .pointer: return "0x" + String(raw, radix: 16)
        case .enumeration:
            return names?.first { $0.value == signed || $0.value == Int64(bitPattern: raw) }?.name ?? String(signed)
        default: return String(raw)
        }
    }

    private func bitfield(_ bytes: [UInt8]) -> String {
        guard let bitOffset, let bits, bits > 0, bits <= 64, bytes.count <= 16 else { return bytes.hex }
        let all = Self.bigEndian(bytes).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        // Bits are counted from the low end on a little-endian machine and from the high one on the other.
        let shift = Self.isLittleEndian ? Int(bitOffset) : 8 * bytes.count - Int(bitOffset) - Int(bits)
        guard shift >= 0 else { return bytes.hex }
        return String(all >> UInt128(shift) & (UInt128(1) << UInt128(bits) - 1))
    }

    private static var isLittleEndian: Bool { UInt16(1).littleEndian == 1 }
    private static func bigEndian(_ bytes: [UInt8]) -> [UInt8] { isLittleEndian ? bytes.reversed() : bytes }
}
