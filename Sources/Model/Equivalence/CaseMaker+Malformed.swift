// What no sender should send.
extension CaseMaker {
    var malformed: [CaseDraft] {
        [tcp, udp].flatMap { packet in isIPv4 ? malformed4(packet) : malformed6(packet) }
            .map { CaseDraft(.malformed, $0) }
    }

    private func malformed4(_ packet: Packet) -> [Packet] {
        var packets = [0, 1, 4, 6, 15].map { (words: UInt8) in packet.ipv4 { $0.headerWords = words } }
        packets += [0, 5, 6, 15].map { (version: UInt8) in packet.ipv4 { $0.version = version } }
        packets += [0, 19, 20, 21, 65535].map { (length: UInt16) in packet.ipv4 { $0.totalLength = length } }
        packets.append(packet.ipv4 { $0.checksum = 0xdead })
        // Don't fragment and more fragments, at the last offset.
        packets.append(
            packet.ipv4 {
                $0.dontFragment = true
                $0.moreFragments = true
                $0.fragmentOffset = 8191
            })
        return packets
    }

    private func malformed6(_ packet: Packet) -> [Packet] {
        var packets = [0, 4, 5, 15].map { (version: UInt8) in packet.ipv6 { $0.version = version } }
        packets += [0, 1, 39, 65535].map { (length: UInt16) in packet.ipv6 { $0.payloadLength = length } }
        // Headers that claim to be longer than the packet, and a chain that nothing follows.
        packets += [0, 43, 60].map { (number: UInt8) in
            packet.ipv6 { $0.extensions = [.raw(number: number, bytes: [0, 255, 0, 0, 0, 0, 0, 0])] }
        }
        packets.append(with(.data(protocol: 59, bytes: []), packet))
        packets.append(with(.data(protocol: 59, bytes: []), packet).ipv6 { $0.extensions = [.hopByHop()] })
        return packets
    }

    /// At every byte up to the end of the transport's header.
    var cuts: [CaseDraft] {
        var wholes = [(tcp, headers + 21), (udp, headers + 9)]
        if isIPv4 {
            wholes.append((tcp.ipv4 { $0.options = [7, 7, 4, 0, 0, 0, 0] }, headers + 12))
        } else {
            let chain = tcp.ipv6 { $0.extensions = [.hopByHop(), .routing(), .fragment(more: true)] }
            wholes.append((chain, headers + 30))
        }
        return wholes.flatMap { packet, end in
            (Self.shortest..<end).map { CaseDraft(.cutOff, packet, cut: $0) }
        }
    }
}
