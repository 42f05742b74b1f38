import Model
import ModelSamples
import Testing

@Suite struct LegacyMapTests {
    private func map(key: String, value: String) throws -> Profile.LegacyMap {
        let yaml = """
            name: x
            members: enrolled
            maps: [{pin: a, key: \(key), value: \(value)}]
            hook: {kind: clsact, direction: ingress}
            contract: {families: [ipv4, ipv6], protocols: [any]}
            """
        return try ProfileReader.profile(fromYAML: yaml, file: "x").maps[0]
    }

    @Test func `the built-in layout is read`() throws {
        let entry = MapEntry(mapID: 1, key: [10, 9, 0, 4], value: [0x2c, 1, 0, 0, 2, 0, 0, 0, 0, 4, 0, 0])
        let target = try #require(try Sample.profile().maps[0].decode(entry))
        #expect(target.address.description == "10.9.0.4")
        #expect(target.ifindex == 300)
        #expect(target.mac.description == "02:00:00:00:00:04")
    }

    @Test func `an address in host order is turned round`() throws {
        let map = try map(
            key: "{size: 8, offset: 4, family: ipv4, byte_order: host}",
            value: "{size: 8, ifindex_offset: 6, ifindex_width: 2, destination_mac_offset: 0}")
        let entry = MapEntry(mapID: 1, key: [9, 9, 9, 9, 4, 0, 9, 10], value: [2, 0, 0, 0, 0, 4, 0x2c, 1])
        let target = try #require(map.decode(entry))
        #expect(target.address.description == "10.9.0.4")
        #expect(target.ifindex == 300)
    }

    @Test func `IPv6 is read`() throws {
        let map = try map(
            key: "{size: 16, family: ipv6}", value: "{size: 10, ifindex_offset: 0, destination_mac_offset: 4}")
        let address = try Sample.address("fd00::4")
        let entry = MapEntry(mapID: 1, key: address.networkBytes, value: [7, 0, 0, 0, 2, 0, 0, 0, 0, 4])
        #expect(map.decode(entry)?.address == address)
    }

    @Test func `bytes that are too short are no entry`() throws {
        let map = try Sample.profile().maps[0]
        let value: [UInt8] = [1, 0, 0, 0, 2, 0, 0, 0, 0, 4]
        #expect(map.decode(MapEntry(mapID: 1, key: [10, 9, 0, 4], value: value)) != nil)
        #expect(map.decode(MapEntry(mapID: 1, key: [10, 9, 0], value: value)) == nil)
        #expect(map.decode(MapEntry(mapID: 1, key: [10, 9, 0, 4], value: Array(value.dropLast()))) == nil)
        #expect(map.decode(MapEntry(mapID: 1, key: [], value: [])) == nil)
    }

    @Test func `another map under the pin is refused`() throws {
        let map = try Sample.profile().maps[0]
        let record = try Sample.snapshot().maps[0]
        #expect(map.mismatch(with: record) == nil)
        for change in [{ $0.type = 2 }, { $0.keySize = 8 }, { $0.valueSize = 16 }] as [(inout MapRecord) -> Void] {
            var other = record
            change(&other)
            #expect(map.mismatch(with: other) != nil)
        }
    }
}
