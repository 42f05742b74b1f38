import Testing

@testable import Inventory
@testable import Model

struct KeyCheckTests {
    private func blockers(
        type: UInt32 = 1, offset: UInt32 = 4, _ membership: Membership, _ keys: [[UInt8]]
    ) -> [PlanDocument.Blocker] {
        let layout = Profile.LegacyMap(
            pin: "x/map", key: .init(size: 8, offset: offset, family: .ipv4, byteOrder: .network),
            value: .init(size: 12, ifindexOffset: 0, ifindexWidth: 4, destinationMACOffset: 4, sourceMACOffset: nil))
        let record = MapRecord(
            id: 3, name: "map", type: type, keySize: 8, valueSize: 12, maxEntries: 9, flags: 0, pin: "x/map")
        var check = KeyCheck([(layout, record)], membership: membership)
        let batch = EntryBatch(keys.map { MapEntry(mapID: 3, key: $0, value: [UInt8](repeating: 0, count: 12)) })
        check.look(at: AskedBatch(map: 0, entries: batch, targets: layout.decode(batch), asked: []))
        return check.blockers
    }

    @Test func `an address and zeros are a key that can be asked for`() {
        #expect(blockers(.legacyKeys, [[0, 0, 0, 0, 10, 0, 0, 1], [0, 0, 0, 0, 10, 0, 0, 2]]).isEmpty)
    }

    @Test func `a key with more in it blocks legacy-keys, and nothing else`() {
        let keys: [[UInt8]] = [[0, 0, 0, 0, 10, 0, 0, 1], [7, 0, 0, 0, 10, 0, 0, 2], [8, 0, 0, 0, 10, 0, 0, 3]]
        let found = blockers(.legacyKeys, keys)
        #expect(found.map(\.code) == [Code.keyRemainder.text])
        #expect(found.first?.message == "2 keys hold more than an address; x/map: 10.0.0.2 has key 070000000a000002")
        #expect(blockers(.onLink, keys).isEmpty)
    }

    @Test(arguments: Membership.allCases) func `prefixes of a trie are networks, single addresses are not`(
        _ membership: Membership
    ) {
        let host: [UInt8] = [32, 0, 0, 0, 10, 0, 0, 1]
        #expect(blockers(type: 11, membership, [host]).isEmpty)
        let found = blockers(type: 11, membership, [host, [24, 0, 0, 0, 10, 0, 1, 0], [0, 0, 0, 0, 0, 0, 0, 0]])
        #expect(found.map(\.code) == [Code.networkPrefixes.text])
        #expect(found.first?.message == "2 entries stand for networks; x/map: 10.0.1.0 has 24 of 32 bits")
    }
}

struct ProfileDoubtsTests {
    private func doubts(_ effects: [[Effect]], isBuiltIn: Bool = false) -> ProfileDoubts {
        let tallies = effects.map { effects in
            effects.reduce(into: EntryTally.MapTally()) { $0.count($1, address("10.0.0.9")) }
        }
        return ProfileDoubts(
            tallies.enumerated().map { ("m\($0)", $1) }, isBuiltIn: isBuiltIn)
    }

    @Test func `a map whose every address is nobody's blocks, whatever the other one says`() {
        let gone: [Effect] = [.gone, .gone]
        #expect(doubts([gone]).blockers.map(\.code) == [Code.addressesNotHere.text])
        #expect(
            doubts([[.same], gone]).blockers.map(\.message) == [
                "none of the 2 addresses of m1 is on this node, first 10.0.0.9"
            ])
        #expect(doubts([gone + [.same], []]).blockers.isEmpty && doubts([[]]).warnings.isEmpty)
    }

    @Test func `where the layout is known, it warns`() {
        let doubts = doubts([[.gone]], isBuiltIn: true)
        #expect(doubts.blockers.isEmpty && doubts.warnings.map(\.code) == [Code.addressesNotHere.text])
    }

    @Test func `a map that delivers nothing blocks, too, and warns where the layout is known`() {
        let own = doubts([[.healed, .gone]]), builtIn = doubts([[.healed, .gone]], isBuiltIn: true)
        #expect(own.blockers.map(\.code) == [Code.mapDeliversNothing.text] && own.warnings.isEmpty)
        #expect(builtIn.warnings.map(\.code) == [Code.mapDeliversNothing.text] && builtIn.blockers.isEmpty)
        for effect in [Effect.same, .broken, .unknown] {
            let fine = doubts([[.healed, effect]])
            #expect(fine.blockers.isEmpty && fine.warnings.isEmpty)
        }
    }
}

struct KeyMapsTests {
    private func map(_ id: UInt32, _ family: AddressFamily, _ readers: [UInt64]) -> Decision.MapIdentity {
        .init(
            id: id, pin: "x/\(id)",
            keys: .init(
                layout: .init(size: 16, offset: 0, family: family, byteOrder: .network), readers: readers))
    }

    @Test func `two maps of a family block legacy-keys where one namespace reads both`() {
        let both = [map(1, .ipv4, [7]), map(2, .ipv6, [7]), map(3, .ipv4, [7, 8])]
        let found = KeyMaps.blockers(both, membership: .legacyKeys)
        #expect(found.map(\.code) == [Code.profileContract.text])
        #expect(
            found.first?.message == "legacy-keys can ask one map for ipv4 keys, the legacy programs read 2: x/1, x/3")
        #expect(KeyMaps.blockers(both, membership: .onLink).isEmpty)
    }

    @Test func `a map for each namespace is no second one`() {
        let apart = [map(1, .ipv4, [7]), map(2, .ipv4, [8]), map(3, .ipv4, [])]
        #expect(KeyMaps.blockers(apart, membership: .legacyKeys).isEmpty)
    }
}
