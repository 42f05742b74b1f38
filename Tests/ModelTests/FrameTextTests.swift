import Testing

@testable import Model

@Suite struct FrameTextTests {
    private let ethernet = EthernetHeader(vlans: [.init(5)])

    private func packet(_ source: String, _ destination: String, _ transport: Transport) throws -> Packet {
        let source = try #require(IPAddress(source)), destination = try #require(IPAddress(destination))
        return try #require(Packet(from: source, to: destination, transport))
    }

    @Test func `a line tells the packet`() throws {
        var packet = try packet("10.9.0.1", "10.9.0.4", .udp(source: 1000, destination: 2000)).ipv4 {
            $0.moreFragments = true
        }
        packet.ethernet.vlans = [.init(5)]
        #expect(
            FrameText.line(packet.bytes)
                == "10.9.0.1 > 10.9.0.4 udp 1000>2000 ttl 64 frag 0+ len 46 eth 02:00:00:00:00:02 > 02:00:00:00:00:01 vlan 5"
        )
    }

    @Test func `IPv6 shows its extension headers in order`() throws {
        let packet = try packet("fd00:9::1", "fd00:9::4", .tcp(source: 1, destination: 2)).ipv6 {
            $0.extensions = [.hopByHop(), .authentication, .fragment(offset: 0, more: true)]
            $0.trafficClass = 8
            $0.flowLabel = 0x12345
        }
        #expect(
            FrameText.line(packet.bytes).hasPrefix(
                "fd00:9::1 > fd00:9::4 tcp 1>2 ttl 64 class 0x8 label 0x12345 hop auth frag 0+ len "))
        let solicitation = try self.packet(
            "fe80::1", "ff02::1", .neighborSolicitation(target: 1, source: ethernet.source))
        #expect(FrameText.line(solicitation.bytes).contains(" icmpv6 neighbor-solicitation "))
    }

    @Test func `what is malformed is named`() throws {
        let good = try packet("10.9.0.1", "10.9.0.4", .udp(source: 1, destination: 2))
        #expect(FrameText.line(good.ipv4 { $0.headerWords = 3 }.bytes).contains(" ihl 3 "))
        #expect(FrameText.line(good.ipv4 { $0.version = 9 }.bytes).contains(" version 9 "))
        #expect(FrameText.line(good.ipv4 { $0.totalLength = 0 }.bytes).contains(" says 0 of 28 "))
        #expect(FrameText.line(Array(good.bytes.prefix(20))).hasPrefix("ipv4 cut off after 6 bytes len 20 "))
        #expect(FrameText.line(Array(good.bytes.prefix(36))).contains(" udp no ports "))
        #expect(FrameText.line([1, 2, 3]) == "3 bytes, no Ethernet header")
        #expect(FrameText.line([]) == "0 bytes, no Ethernet header")
        let arp = Packet(network: .raw(etherType: EtherType.arp, bytes: [0]), transport: .data(protocol: 0, bytes: []))
        #expect(FrameText.line(arp.bytes).hasPrefix("arp len 15 "))
    }

    @Test func `every cut of a packet has a line, and so has any garbage`() throws {
        let packet = try packet("fd00:9::1", "fd00:9::4", .tcp(source: 1, destination: 2)).ipv6 {
            $0.extensions = [.hopByHop(), .destinationOptions(), .authentication, .fragment()]
        }
        var tagged = packet
        tagged.ethernet.vlans = [.init(9, isService: true), .init(5, priority: 3)]
        for bytes in [packet.bytes, tagged.bytes] {
            for length in 0...bytes.count {
                #expect(!FrameText.line(Array(bytes.prefix(length))).contains("\n"))
            }
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = tagged.bytes
            for _ in 0..<4 { bytes[Int(random.next(upperBound: UInt(bytes.count)))] = UInt8.random(in: 0...255) }
            #expect(!FrameText.line(Array(bytes.prefix(Int.random(in: 0...bytes.count)))).isEmpty)
        }
    }
}
