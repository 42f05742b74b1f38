import Testing

@testable import Model

@Suite struct KeySpellingTests {
    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test func `a key is the address in its place, and zero`() throws {
        let layout = Profile.KeyLayout(size: 8, offset: 4, family: .ipv4, byteOrder: .host)
        #expect(try layout.key(of: address("10.9.0.11"), isTrie: false) == [0, 0, 0, 0, 11, 0, 9, 10])
        #expect(try layout.key(of: address("fd00::1"), isTrie: false) == nil)
        let six = Profile.KeyLayout(size: 18, offset: 1, family: .ipv6, byteOrder: .network)
        #expect(
            try six.key(of: address("fd00::1"), isTrie: false) == [0, 0xfd] + [UInt8](repeating: 0, count: 14) + [1, 0])
    }

    /// struct bpf_lpm_trie_key: the bits count from behind the length.
    @Test(arguments: [(8, 4, AddressFamily.ipv4, 32), (12, 8, .ipv4, 64), (20, 4, .ipv6, 128)])
    func `a trie's key begins with the bits through the address`(
        size: Int, offset: Int, family: AddressFamily, bits: UInt32
    ) throws {
        let layout = Profile.KeyLayout(
            size: UInt32(size), offset: UInt32(offset), family: family, byteOrder: .network)
        let key = try #require(
            try layout.key(of: address(family == .ipv4 ? "10.9.0.11" : "fd00::1"), isTrie: true))
        #expect(key.count == size && layout.hostPrefixLength == bits)
        #expect(Profile.KeyLayout.prefixLength(of: key) == bits)
        #expect(Array(key.prefix(4)) == [UInt8(bits), 0, 0, 0])
    }

    @Test func `a trie whose address overlaps the length is refused`() throws {
        var map = Profile.LegacyMap(
            pin: "a", key: .init(size: 8, offset: 0, family: .ipv4, byteOrder: .network),
            value: .init(size: 12, ifindexOffset: 0, ifindexWidth: 4, destinationMACOffset: 4, sourceMACOffset: nil))
        let record = MapRecord(
            id: 1, name: "trie", type: 11, keySize: 8, valueSize: 12, maxEntries: 1, flags: 1)
        #expect(map.mismatch(with: record)?.contains("prefix length") == true)
        map.key.offset = 4
        #expect(map.mismatch(with: record) == nil)
    }

    @Test func `a source MAC is read where the profile has one`() throws {
        let map = Profile.LegacyMap(
            pin: "a", key: .init(size: 4, offset: 0, family: .ipv4, byteOrder: .network),
            value: .init(size: 18, ifindexOffset: 0, ifindexWidth: 2, destinationMACOffset: 4, sourceMACOffset: 12))
        let value: [UInt8] = [7, 1, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 9]
        let target = try #require(map.decode(MapEntry(mapID: 1, key: [10, 0, 0, 1], value: value)))
        #expect(target.ifindex == 0x0107 && target.sourceMAC?.description == "02:00:00:00:00:09")
        #expect(map.decode(MapEntry(mapID: 1, key: [10, 0, 0, 1], value: Array(value.dropLast()))) == nil)
    }
}
