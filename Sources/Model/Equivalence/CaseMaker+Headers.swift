// Variants of the IP header, and what stands between it and the transport's.
extension CaseMaker {
    var headerVariants: [CaseDraft] { isIPv4 ? options + services4 : chains + services6 }

    private var options: [CaseDraft] {
        // Router alert (RFC 2113), record route, timestamp, no operation; then as much as there is room for.
        let options: [[UInt8]] = [
            [0x94, 4, 0, 0], [7, 7, 4, 0, 0, 0, 0], [0x44, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 0],
            [UInt8](repeating: 1, count: 40),
        ]
        return [tcp, udp].flatMap { packet in
            options.map { bytes in CaseDraft(.headerOptions, packet.ipv4 { $0.options = bytes }) }
        }
    }

    private var services4: [CaseDraft] {
        [tcp, udp].flatMap { packet in
            [0x01, 0x10, 0xb8, 0xff].map { (tos: UInt8) in
                CaseDraft(.serviceClass, packet.ipv4 { $0.typeOfService = tos })
            }
                + [0, 1, 255].map { (ttl: UInt8) in CaseDraft(.timeToLive, packet.ipv4 { $0.ttl = ttl }) }
        }
    }

    private var services6: [CaseDraft] {
        [tcp, udp].flatMap { packet in
            [(0x01, 0), (0xb8, 0x12345), (0, 0xfffff), (0xff, 1)].map { (trafficClass: UInt8, label: UInt32) in
                let changed = packet.ipv6 {
                    $0.trafficClass = trafficClass
                    $0.flowLabel = label
                }
                return CaseDraft(.serviceClass, changed)
            }
                + [0, 1, 255].map { (hops: UInt8) in CaseDraft(.timeToLive, packet.ipv6 { $0.hopLimit = hops }) }
        }
    }

    /// Chains of extension headers: each kind, pairs, long ones, more of them than anybody walks over.
    private var chains: [CaseDraft] {
        let kinds: [IPv6Extension] = [.hopByHop(), .routing(), .destinationOptions(), .authentication]
        var chains = kinds.map { [$0] }
        for first in kinds { for second in kinds { chains.append([first, second]) } }
        chains += [
            [.destinationOptions(length: 200)], [.hopByHop(length: 30), .destinationOptions(length: 62)],
            [.hopByHop(), .destinationOptions(), .routing(), .authentication, .destinationOptions()],
            // Mobility, HIP, Shim6, and a number of nobody's (RFC 7045).
            [.raw(number: 135, bytes: Self.eight)], [.raw(number: 139, bytes: Self.eight)],
            [.raw(number: 140, bytes: Self.eight)], [.raw(number: 253, bytes: Self.eight)],
        ]
        for count in 5...9 { chains.append([IPv6Extension](repeating: .destinationOptions(), count: count)) }
        return [tcp, udp].flatMap { packet in
            chains.map { chain in CaseDraft(.extensionHeaders, packet.ipv6 { $0.extensions = chain }) }
        }
    }

    private static let eight: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
}
