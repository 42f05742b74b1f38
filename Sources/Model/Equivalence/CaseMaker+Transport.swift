// What an IP packet carries, and the parts of one that was split.
extension CaseMaker {
    var ports: [CaseDraft] {
        let numbers: [(UInt16, UInt16)] = [(0, 0), (53, 53), (65535, 1), (15001, 15008), (80, 40000)]
        return numbers.flatMap { source, destination in
            [
                CaseDraft(.tcp, with(.tcp(source: source, destination: destination, flags: 0x02))),
                CaseDraft(.tcp, with(.tcp(source: source, destination: destination, flags: 0x14))),
                CaseDraft(.udp, with(.udp(source: source, destination: destination))),
            ]
        }
    }

    var transports: [CaseDraft] {
        let echo: [Transport] =
            isIPv4
            ? [.icmp(type: 8), .icmp(type: 0), .icmp(type: 3, code: 4), .icmpv6(type: 128)]
            : [.icmpv6(type: 128), .icmpv6(type: 129), .icmpv6(type: 1), .icmpv6(type: 2), .icmp(type: 8)]
        let others: [UInt8] = [2, 4, 41, 47, 50, 89, 132, 253, 255]
        return echo.map { CaseDraft(.icmp, with($0)) }
            + others.map {
                CaseDraft(.otherProtocol, with(.data(protocol: $0, bytes: Array(0..<24))))
            } + discovery
    }

    private var discovery: [CaseDraft] {
        guard case .v6(let target) = address else { return [] }
        let messages: [Transport] = [
            .routerSolicitation, .routerAdvertisement,
            .neighborSolicitation(target: target, source: tcp.ethernet.source),
            .neighborAdvertisement(target: target, mac: tcp.ethernet.source),
            .redirect(target: target, destination: target),
        ]
        return messages.flatMap { message in
            [with(message).ipv6 { $0.hopLimit = 255 }, with(message).ipv6 { $0.extensions = [.hopByHop()] }]
        }.map { CaseDraft(.neighborDiscovery, $0) }
    }

    var fragments: [CaseDraft] {
        var cases: [CaseDraft] = []
        for packet in [tcp, udp] {
            let data = with(.data(protocol: packet.transport.number, bytes: Array(0..<48)), packet)
            if isIPv4 {
                cases.append(.init(.firstFragment, packet.ipv4 { $0.moreFragments = true }))
                for (offset, more) in [(1, true), (185, true), (185, false), (8191, false)] as [(UInt16, Bool)] {
                    let part = data.ipv4 {
                        $0.fragmentOffset = offset
                        $0.moreFragments = more
                    }
                    cases.append(.init(.laterFragment, part))
                }
            } else {
                for chain in [[], [IPv6Extension.hopByHop()], [.routing()]] {
                    let first = packet.ipv6 { $0.extensions = chain + [.fragment(more: true)] }
                    cases.append(.init(.firstFragment, first))
                    for (offset, more) in [(1, true), (185, false), (8191, false)] as [(UInt16, Bool)] {
                        let part = data.ipv6 { $0.extensions = chain + [.fragment(offset: offset, more: more)] }
                        cases.append(.init(.laterFragment, part))
                    }
                }
                // A fragment that is all of its datagram (RFC 6946).
                cases.append(.init(.firstFragment, packet.ipv6 { $0.extensions = [.fragment()] }))
            }
        }
        return cases
    }
}
