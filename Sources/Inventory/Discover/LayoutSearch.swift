import Model

/// Finds out which bytes of a map's entries are address, interface index and MAC, by what is true of this node.
struct LayoutSearch {
    struct Result {
        var address: FieldProposals.Address
        var index: FieldProposals.Index
        var mac: FieldProposals.MAC
        var sourceMAC: Int?
        var evidence: DiscoveryDocument.Evidence
        /// Other places whose values are live interfaces, with how many are.
        var otherIndexes: [(index: FieldProposals.Index, live: Int)] = []
        /// Where its keys hold two addresses, the other one.
        var second: SecondAddress?
    }

    /// Fields that are looked at together; the best of each kind by themselves.
    private static let kept = 12

    let facts: NodeFacts
    let entries: [MapEntry]
    let proposals: FieldProposals
    private let key: TypeLayout?

    init(facts: NodeFacts, entries: [MapEntry], keySize: Int, valueSize: Int, layout: MapLayout?) {
        self.facts = facts
        self.entries = entries
        key = layout?.key
        proposals = FieldProposals(keySize: keySize, valueSize: valueSize, layout: layout)
    }

    /// The layout that most entries agree with in every respect; where none does, the one that types and names say, if
    /// they say one.
    func best() -> Result? {
        let addresses = likely(proposals.addresses, known)
        let indexes = likely(proposals.indexes) { field in
            entries.count { facts.isLive(index($0, field)) }
        }
        var best: (score: [Int], address: FieldProposals.Address, index: FieldProposals.Index, mac: FieldProposals.MAC)?
        for address in addresses {
            for index in indexes {
                guard let found = mac(address, index), best.map({ found.score.isAfter($0.score) }) ?? true else {
                    continue
                }
                best = (found.score, address, index, found.mac)
            }
        }
        guard let best else { return named() }
        return result(best.address, best.index, best.mac)
    }

    /// How many entries have an address of this node's there.
    func known(_ field: FieldProposals.Address) -> Int {
        entries.count { address($0, field).map(facts.addresses.contains) ?? false }
    }

    /// The best MAC for these two; `nil` where no entry agrees in all three.
    private func mac(
        _ address: FieldProposals.Address, _ index: FieldProposals.Index
    ) -> (score: [Int], mac: FieldProposals.MAC)? {
        let placed = entries.compactMap { entry -> (MapEntry, IPAddress, UInt32)? in
            let ifindex = self.index(entry, index)
            guard let destination = self.address(entry, address), facts.leads(ifindex, to: destination) else {
                return nil
            }
            return (entry, destination, ifindex)
        }
        guard !placed.isEmpty else { return nil }
        var best: (score: [Int], mac: FieldProposals.MAC)?
        for mac in proposals.macs where !Self.overlap(mac.offset, 6, index.offset, index.width) {
            let agreeing = placed.count { facts.fits(self.mac($0.0, mac.offset), $0.2, $0.1) }
            guard agreeing > 0 else { continue }
            // What is told apart by nothing else: names, whole words, even places, the first place.
            let hints = [address.named, index.named, mac.named].count { $0 }
            let score = [
                agreeing, placed.count, hints, address.order == .network ? 1 : 0, index.width,
                index.offset % index.width == 0 ? 1 : 0, -index.offset, -mac.offset,
            ]
            if best.map({ score.isAfter($0.score) }) ?? true { best = (score, mac) }
        }
        return best
    }

    private func likely<Field>(_ fields: [Field], _ count: (Field) -> Int) -> [Field] {
        let counted = fields.map { ($0, count($0)) }.filter { $0.1 > 0 }
        return counted.sorted { $0.1 > $1.1 }.prefix(Self.kept).map(\.0)
    }

    /// By types and names alone.
    private func named() -> Result? {
        guard let address = proposals.addresses.first(where: \.named),
            let index = proposals.indexes.first(where: \.named),
            let mac = proposals.macs.first(where: { $0.named && !$0.isSource }) ?? proposals.macs.first(where: \.named)
        else { return nil }
        return result(address, index, mac)
    }

    private func result(
        _ address: FieldProposals.Address, _ index: FieldProposals.Index, _ mac: FieldProposals.MAC
    ) -> Result {
        var evidence = DiscoveryDocument.Evidence()
        evidence.entries = entries.count
        var turned = address
        turned.order = address.order == .host ? .network : .host
        for entry in entries {
            let destination = self.address(entry, address)
            let ifindex = self.index(entry, index)
            let isLive = facts.isLive(ifindex)
            let leads = destination.map { facts.leads(ifindex, to: $0) } ?? false
            let fits = facts.fits(self.mac(entry, mac.offset), ifindex, destination)
            if destination.map(facts.addresses.contains) ?? false { evidence.addresses += 1 }
            if address.family == .ipv4, self.address(entry, turned).map(facts.addresses.contains) ?? false {
                evidence.addressesInOtherOrder += 1
            }
            if isLive { evidence.interfaces += 1 }
            if leads { evidence.leading += 1 }
            if fits { evidence.macs += 1 }
            if leads && fits { evidence.agreeing += 1 }
        }
        let source = source(index, mac)
        evidence.sources = source?.count ?? 0
        var result = Result(address: address, index: index, mac: mac, sourceMAC: source?.offset, evidence: evidence)
        result.otherIndexes = otherIndexes(index, mac, source?.offset)
        result.second = SecondAddress.find(in: self, beside: address, key: key)
        return result
    }

    /// Where the interface's own MAC is, in at least half of the entries that name a live interface.
    private func source(_ index: FieldProposals.Index, _ mac: FieldProposals.MAC) -> (offset: Int, count: Int)? {
        let live = entries.filter { facts.isLive(self.index($0, index)) }
        var best: (offset: Int, count: Int)?
        for place in proposals.macs
        where !Self.overlap(place.offset, 6, mac.offset, 6) && !Self.overlap(place.offset, 6, index.offset, index.width)
        {
            let count = live.count { facts.isOwn(self.mac($0, place.offset), of: self.index($0, index)) }
            if count > 0, 2 * count >= live.count, count > best?.count ?? 0 { best = (place.offset, count) }
        }
        return best
    }

    private func otherIndexes(
        _ chosen: FieldProposals.Index, _ mac: FieldProposals.MAC, _ source: Int?
    ) -> [(index: FieldProposals.Index, live: Int)] {
        proposals.indexes.compactMap { other in
            guard other.offset % other.width == 0, other.width == chosen.width,
                !Self.overlap(other.offset, other.width, chosen.offset, chosen.width),
                !Self.overlap(other.offset, other.width, mac.offset, 6),
                source.map({ !Self.overlap(other.offset, other.width, $0, 6) }) ?? true
            else { return nil }
            let live = entries.count { facts.isLive(index($0, other)) }
            return 2 * live > entries.count ? (other, live) : nil
        }
    }

    private static func overlap(_ a: Int, _ aSize: Int, _ b: Int, _ bSize: Int) -> Bool {
        a < b + bSize && b < a + aSize
    }
}

// Reading a field of an entry; the bytes are there, for entries have the sizes that the proposals were made of.
extension LayoutSearch {
    private func address(_ entry: MapEntry, _ field: FieldProposals.Address) -> IPAddress? {
        guard entry.key.count >= field.offset + field.family.byteCount else { return nil }
        let bytes = entry.key[field.offset..<field.offset + field.family.byteCount]
        return field.order == .host ? IPAddress(networkBytes: bytes.reversed()) : IPAddress(networkBytes: bytes)
    }

    private func index(_ entry: MapEntry, _ field: FieldProposals.Index) -> UInt32 {
        guard entry.value.count >= field.offset + field.width else { return 0 }
        return entry.value[field.offset..<field.offset + field.width].reversed().reduce(UInt32(0)) {
            $0 << 8 | UInt32($1)
        }
    }

    private func mac(_ entry: MapEntry, _ offset: Int) -> MACAddress {
        guard entry.value.count >= offset + 6 else { return MACAddress(value: 0) }
        return MACAddress(bytes: entry.value[offset..<offset + 6]) ?? MACAddress(value: 0)
    }
}

extension [Int] {
    /// Whether it comes behind `other`, compared number by number.
    fileprivate func isAfter(_ other: [Int]) -> Bool { other.lexicographicallyPrecedes(self) }
}
