extension Profile.KeyLayout {
    /// Bits of an LPM trie's key through the end of the address: the prefix length of a single destination
    /// (`struct bpf_lpm_trie_key`, include/uapi/linux/bpf.h: a u32 of bits, then the data).
    public var hostPrefixLength: UInt32 { (max(offset, 4) - 4 + UInt32(family.byteCount)) * 8 }

    /// The key by which `legacy-keys` asks for an address: everything but the address, and a trie's prefix length,
    /// is zero. `nil` for an address of another family.
    public func key(of address: IPAddress, isTrie: Bool) -> [UInt8]? {
        guard address.family == family else { return nil }
        var key = [UInt8](repeating: 0, count: Int(size))
        if isTrie { key.replaceSubrange(0..<4, with: Self.hostBytes(hostPrefixLength)) }
        let bytes = byteOrder == .host && family == .ipv4 ? address.networkBytes.reversed() : address.networkBytes
        key.replaceSubrange(Int(offset)..<Int(offset) + bytes.count, with: bytes)
        return key
    }

    /// Bits, of a key of an LPM trie.
    public static func prefixLength(of key: [UInt8]) -> UInt32 {
        key.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Four bytes in the order of the machines this runs on, as ``Profile/LegacyMap/decode(_:)`` reads them.
    private static func hostBytes(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
