// Ethernet headers, sizes, and what is known of a packet beside its bytes.
extension CaseMaker {
    var links: [CaseDraft] {
        var cases: [CaseDraft] = []
        let tags: [[EthernetHeader.VLANTag]] = [
            [.init(5)], [.init(0, priority: 7)], [.init(4094, isService: true)],
            [.init(100, isService: true), .init(5)],
        ]
        // All nodes, all IPv6 nodes, everybody, spanning tree.
        let groups: [UInt64] = [
            0x0100_5e00_0001, 0x3333_0000_0001, 0xffff_ffff_ffff, 0x0180_c200_0000, 0x0300_0000_0001,
        ]
        for packet in [tcp, udp] {
            for vlans in tags {
                var tagged = packet
                tagged.ethernet.vlans = vlans
                cases.append(.init(.vlanTagged, tagged))
            }
            for group in groups {
                var addressed = packet
                addressed.ethernet.destination = MACAddress(value: group)
                cases.append(.init(.groupMAC, addressed))
            }
        }
        // ARP, an 802.3 length, an unassigned type, MPLS, PPPoE, and the other family's type before this one's packet.
        for type in [EtherType.arp, 0x0026, 0x88b5, 0x8847, 0x8864, isIPv4 ? EtherType.ipv6 : EtherType.ipv4] {
            var other = udp
            other.ethernet.etherType = type
            cases.append(.init(.notIP, other))
        }
        return cases
    }

    var sizes: [CaseDraft] {
        let payload = [UInt8](repeating: 0x5a, count: 1_900)
        let long = [
            with(.tcp(source: 40000, destination: 80, payload: payload)),
            with(.udp(source: 40000, destination: 53, payload: payload)),
        ]
        return (isIPv4 ? long + long.map { $0.ipv4 { $0.dontFragment = true } } : long).map { CaseDraft(.long, $0) }
            + [700, 1_400].map { (size: UInt32) in
                CaseDraft(.segmented, long[0], PacketMetadata(segmentSize: size))
            }
    }

    func metadata(_ random: inout SeededGenerator) -> [CaseDraft] {
        var contexts = [
            PacketMetadata(mark: 1), PacketMetadata(mark: .max), PacketMetadata(priority: 7),
            PacketMetadata(controlBlock: [1, 2, 3, 4, 5]),
            PacketMetadata(mark: 0x200, controlBlock: [0, 0, 0, 0, 0xc001_f00d]),
        ]
        for _ in 0..<3 {
            contexts.append(
                PacketMetadata(
                    mark: UInt32(truncatingIfNeeded: random.next()),
                    priority: UInt32(truncatingIfNeeded: random.next()),
                    controlBlock: (0..<5).map { _ in UInt32(truncatingIfNeeded: random.next()) }))
        }
        return [tcp, udp, with(.data(protocol: 132, bytes: Array(0..<16)))].flatMap { packet in
            contexts.map { CaseDraft(.metadata, packet, $0) }
        }
    }
}
