import Testing

@testable import Inventory
@testable import Kernel
@testable import Model

/// Which bytes are what, decided by the entries alone; layouts as other deployments have them.
@Suite struct LayoutSearchTests {
    private static let count = 40

    /// Forty pods behind interfaces 100, 101, …, each with a MAC of its own on either side.
    private static let facts: NodeFacts = {
        var facts = NodeFacts()
        facts.add(Fixture.link(2, "eth0", nil), peer: nil)
        for number in 0..<UInt32(count) {
            let ifindex = 100 + number
            var link = Fixture.link(ifindex, "v\(number)", "veth", peer: 2, peerNetns: 50 + UInt64(number))
            link.mac = host(number)
            facts.add(link, peer: pod(number))
            facts.add(address(number), ifindex, [pod(number)])
            facts.add(address6(number), ifindex, [pod(number)])
        }
        return facts
    }()

    // Not one of them reads as another's in the other order.
    private static func address(_ number: UInt32) -> IPAddress { .v4(0x0a09_0100 + number) }
    private static func address6(_ number: UInt32) -> IPAddress { .v6(0xfd00 << 112 | UInt128(number + 1)) }
    private static func pod(_ number: UInt32) -> MACAddress { MACAddress(value: 0x0a58_0a09_0100 + UInt64(number)) }
    private static func host(_ number: UInt32) -> MACAddress { MACAddress(value: 0xeeee_0000_0000 + UInt64(number)) }

    private func four(_ number: UInt32) -> [UInt8] { number.hostBytes }

    private func search(
        layout: MapLayout? = nil, _ entry: (UInt32) -> (key: [UInt8], value: [UInt8])
    ) -> LayoutSearch.Result? {
        let entries = (0..<UInt32(Self.count)).map { number in
            let (key, value) = entry(number)
            return MapEntry(mapID: 1, key: key, value: value)
        }
        return LayoutSearch(
            facts: Self.facts, entries: entries, keySize: entries[0].key.count, valueSize: entries[0].value.count,
            layout: layout
        ).best()
    }

    @Test(arguments: [Profile.ByteOrder.network, .host])
    func `the byte order is the one in which the addresses are here`(_ order: Profile.ByteOrder) throws {
        let found = try #require(
            search { number in
                let bytes = Self.address(number).networkBytes
                return (
                    order == .network ? bytes : bytes.reversed(), four(100 + number) + Self.pod(number).bytes + [0, 0]
                )
            })
        #expect(found.address == .init(offset: 0, family: .ipv4, order: order, named: false))
        #expect(found.index.offset == 0 && found.index.width == 4 && found.mac.offset == 4 && found.sourceMAC == nil)
        #expect(found.evidence.agreeing == Self.count && found.evidence.addressesInOtherOrder == 0)
        #expect(Confidence.percent(found.evidence) == 100)
    }

    @Test func `of two interface indexes the one that leads there, of two MACs the pod's`() throws {
        // Host-order key behind a family, uplink's index first, MACs in eight bytes each, the source in front.
        let found = try #require(
            search { number in
                (
                    [2, 0, 0, 0] + Self.address(number).networkBytes.reversed(),
                    four(2) + four(100 + number) + Self.host(number).bytes + [0, 0] + Self.pod(number).bytes + [0, 0]
                )
            })
        #expect(found.address.offset == 4 && found.address.order == .host)
        #expect(found.index.offset == 4 && found.mac.offset == 16 && found.sourceMAC == 8)
        #expect(found.otherIndexes.map(\.index.offset) == [0])
        #expect(found.evidence.sources == Self.count)
    }

    @Test func `IPv6, an index of two bytes, and a MAC at an odd place`() throws {
        let found = try #require(
            search { number in
                (
                    Self.address6(number).networkBytes,
                    [0xff] + Self.pod(number).bytes + [0xff] + UInt16(100 + number).hostBytes + [0xff, 0xff]
                )
            })
        #expect(found.address.family == .ipv6 && found.address.offset == 0)
        #expect(found.index.offset == 8 && found.index.width == 2 && found.mac.offset == 1)
    }

    @Test func `stale entries lower the confidence and do not mislead`() throws {
        let found = try #require(
            search { number in
                let stale = number % 4 == 0
                return (
                    Self.address(number).networkBytes,
                    four(stale ? 9000 + number : 100 + number) + Self.pod(stale ? 77 : number).bytes + [0, 0]
                )
            })
        #expect(found.index.offset == 0 && found.mac.offset == 4)
        #expect(found.evidence.interfaces == 30 && found.evidence.agreeing == 30 && found.evidence.addresses == 40)
        // (40 + 30 + 30) of 3 × 40.
        #expect(Confidence.percent(found.evidence) == 83)
    }

    @Test func `numbers that happen to be interfaces or addresses are no candidate`() {
        // Counters of known addresses; small numbers by small numbers; interfaces without their MACs.
        #expect(search { (Self.address($0).networkBytes, four($0 * 17) + four(1) + four($0)) } == nil)
        #expect(search { (four($0), four(100 + $0) + four(3) + four($0)) } == nil)
        #expect(search { (Self.address($0).networkBytes, four(100 + $0) + Self.pod(999 + $0).bytes + [0, 0]) } == nil)
        // The right interfaces and MACs by other keys.
        #expect(search { (four($0), four(100 + $0) + Self.pod($0).bytes + [0, 0]) } == nil)
    }

    @Test func `a few that agree among many that do not stay below half`() throws {
        let found = try #require(
            search { number in
                let right = number < 2
                return (
                    Self.address(number).networkBytes,
                    four(right ? 100 + number : 5000) + Self.pod(right ? number : 88).bytes + [0, 0]
                )
            })
        #expect(Confidence.percent(found.evidence) == 20)
    }

    /// A table of connections: as true of every entry as a map of destinations, and something else.
    @Test func `a second address in the key makes a flow of an entry`() throws {
        let flow = { (number: UInt32, peer: [UInt8]) in
            (
                key: Self.address(number).networkBytes + peer + [0, 80, 0, 80],
                value: self.four(100 + number) + Self.pod(number).bytes + [0, 0]
            )
        }
        let known = try #require(search { flow($0, Self.address(($0 + 1) % 40).networkBytes) })
        #expect(known.address.offset == 0 || known.address.offset == 4)
        let second = try #require(known.second)
        #expect(second.known == Self.count && second.note(entries: 40).contains("an entry stands for a flow"))
        #expect(Confidence.percent(known.evidence) == 100)
        #expect(Confidence.percent(known.evidence, hasTwoAddresses: true) == 20)
        // The other ends are elsewhere: only the names of BTF tell.
        let members: [TypeLayout.Member] = [
            .init(path: "saddr", offset: 0, size: 4, kind: .unsigned, typeName: "__be32"),
            .init(path: "daddr", offset: 4, size: 4, kind: .unsigned, typeName: "__be32"),
            .init(path: "ports", offset: 8, size: 4, kind: .unsigned, typeName: "__u32"),
        ]
        let layout = MapLayout(key: TypeLayout(typeName: "struct flow", size: 12, members: members), value: nil)
        let named = try #require(search(layout: layout) { flow($0, [192, 0, 2, UInt8($0)]) })
        #expect(named.second?.member == "daddr" && named.second?.known == 0)
        #expect(search { flow($0, [192, 0, 2, UInt8($0)]) }?.second == nil)
    }

    @Test func `a number of a network beside the address is no second one`() throws {
        let found = try #require(
            search { number in
                (
                    [0, 0, 0, 7] + Self.address(number).networkBytes,
                    four(100 + number) + Self.pod(number).bytes + [0, 0]
                )
            })
        #expect(found.second == nil && found.address.offset == 4)
        #expect(Confidence.percent(found.evidence, isUnread: true) == 40)
    }

    private static func named(_ type: String) -> MapLayout {
        MapLayout(
            key: TypeLayout(
                typeName: type, size: 4, members: [.init(path: "", offset: 0, size: 4, kind: .unsigned, typeName: type)]
            ),
            value: TypeLayout(
                typeName: "struct endpoint", size: 12,
                members: [
                    .init(path: "mac", offset: 0, size: 6, kind: .bytes, typeName: "__u8[6]", count: 6),
                    .init(path: "", offset: 6, size: 2, kind: .padding, typeName: ""),
                    .init(path: "ifindex", offset: 8, size: 4, kind: .unsigned, typeName: "__u32"),
                ]))
    }

    @Test func `an empty map rests on types and names, with little confidence`() throws {
        let search = LayoutSearch(
            facts: Self.facts, entries: [], keySize: 4, valueSize: 12, layout: Self.named("__be32"))
        let found = try #require(search.best())
        #expect(found.address.order == .network && found.index.offset == 8 && found.mac.offset == 0)
        #expect(Confidence.percent(found.evidence) == 10)
        // A number of no particular type says nothing.
        let other = LayoutSearch(facts: Self.facts, entries: [], keySize: 4, valueSize: 12, layout: Self.named("__u32"))
        #expect(other.best() == nil)
        #expect(LayoutSearch(facts: Self.facts, entries: [], keySize: 4, valueSize: 12, layout: nil).best() == nil)
    }

    @Test func `what BTF names is believed as far as the entries bear it out`() throws {
        let found = try #require(
            search(layout: Self.named("__be32")) { number in
                // The type says network order, and the program keeps host order all the same.
                (Self.address(number).networkBytes.reversed(), Self.pod(number).bytes + [0, 0] + four(100 + number))
            })
        #expect(found.address.order == .host && found.index.offset == 8 && found.mac.offset == 0)
    }
}
