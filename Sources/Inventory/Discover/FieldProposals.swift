import Model

/// Places in keys and values that may hold an address, an interface index or a MAC.
///
/// From BTF where the map has it: members of the width, and every place in a run of bytes. Else every place.
struct FieldProposals {
    struct Address: Hashable {
        var offset: Int
        var family: AddressFamily
        var order: Profile.ByteOrder
        /// Whether BTF's types and names say so.
        var named: Bool
    }

    struct Index: Hashable {
        var offset: Int
        var width: Int
        var named: Bool
    }

    struct MAC: Hashable {
        var offset: Int
        var named: Bool
        /// Whether the name says that it is the sender's.
        var isSource: Bool
    }

    var addresses: [Address] = []
    var indexes: [Index] = []
    var macs: [MAC] = []

    init(keySize: Int, valueSize: Int, layout: MapLayout?) {
        if let key = layout?.key { for member in key.members { addAddresses(member) } }
        if addresses.isEmpty { addAddresses(0..<keySize, named: nil) }
        if let value = layout?.value {
            for member in value.members {
                addIndexes(member)
                addMACs(member)
            }
        }
        if indexes.isEmpty { addIndexes(0..<valueSize) }
        if macs.isEmpty {
            macs = places(0..<valueSize, width: 6).map { MAC(offset: $0, named: false, isSource: false) }
        }
    }

    private func places(_ range: Range<Int>, width: Int) -> [Int] {
        range.count < width ? [] : Array(range.lowerBound...range.upperBound - width)
    }

    private mutating func addAddresses(_ member: TypeLayout.Member) {
        guard member.kind != .padding, member.kind != .bitfield else { return }
        let start = Int(member.offset)
        let isRun = member.kind == .bytes || member.kind == .opaque || member.count > 1
        // A number of another width than an address's is none.
        guard isRun || member.size == 4 else { return }
        addAddresses(start..<start + Int(member.size), named: member.meaning)
        if member.meaning == .ipv4Address, member.isNetworkOrder {
            // The type says network order; the other one is tried all the same, but not called named.
            for index in addresses.indices where addresses[index].offset == start && addresses[index].order == .host {
                addresses[index].named = false
            }
        }
    }

    private mutating func addAddresses(_ range: Range<Int>, named: MemberMeaning?) {
        for offset in places(range, width: 4) {
            for order in [Profile.ByteOrder.network, .host] {
                addresses.append(Address(offset: offset, family: .ipv4, order: order, named: named == .ipv4Address))
            }
        }
        for offset in places(range, width: 16) {
            addresses.append(Address(offset: offset, family: .ipv6, order: .network, named: named == .ipv6Address))
        }
    }

    private mutating func addIndexes(_ member: TypeLayout.Member) {
        let start = Int(member.offset)
        switch member.kind {
        case .unsigned, .signed:
            let width = Int(member.size / max(1, member.count))
            guard width == 2 || width == 4 else { return }
            for element in 0..<Int(min(member.count, 64)) {
                indexes.append(Index(offset: start + element * width, width: width, named: member.meaning == .ifindex))
            }
        case .bytes where member.meaning != .mac, .opaque: addIndexes(start..<start + Int(member.size))
        default: break
        }
    }

    private mutating func addIndexes(_ range: Range<Int>) {
        for width in [4, 2] {
            indexes += places(range, width: width).map { Index(offset: $0, width: width, named: false) }
        }
    }

    private mutating func addMACs(_ member: TypeLayout.Member) {
        let isWide = member.size == 8 && member.kind == .unsigned && member.count == 1
        guard member.kind == .bytes || member.kind == .opaque || isWide else { return }
        let start = Int(member.offset)
        for offset in places(start..<start + Int(member.size), width: 6) {
            macs.append(
                MAC(offset: offset, named: member.meaning == .mac && offset == start, isSource: member.saysSource))
        }
    }
}
