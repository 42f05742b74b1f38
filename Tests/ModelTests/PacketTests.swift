import Testing

@testable import Model

/// Packets that are built are what the RFCs say; a kernel takes them in the scenario tests.
@Suite struct PacketTests {
    private func packet(_ source: String, _ destination: String, _ transport: Transport) throws -> Packet {
        let source = try #require(IPAddress(source)), destination = try #require(IPAddress(destination))
        return try #require(Packet(from: source, to: destination, transport))
    }

    @Test func `an IPv4 header is the textbook's, its checksum included`() throws {
        // The header that RFC 1071's arithmetic is usually shown with: checksum 0xb861.
        var header = IPv4Header(source: 0xc0a8_0001, destination: 0xc0a8_00c7)
        header.identification = 0
        header.dontFragment = true
        let bytes = header.bytes(17, payload: 0x73 - 20)
        #expect(bytes.hex == "45000073000040004011b861c0a80001c0a800c7")
    }

    @Test(arguments: [
        Transport.tcp(source: 1000, destination: 80, payload: [1, 2, 3]), .udp(source: 1000, destination: 53),
        .udp(source: 1, destination: 2, payload: [7]),
    ])
    func `checksums over what was sent come out as zero`(transport: Transport) throws {
        for (source, destination) in [("10.9.0.1", "10.9.0.4"), ("fd00:9::1", "fd00:9::4")] {
            let from = try #require(IPAddress(source)), to = try #require(IPAddress(destination))
            let segment = transport.bytes(source: from, destination: to)
            #expect(InternetChecksum.of(segment, transport.number, source: from, destination: to) == 0)
        }
    }

    @Test func `lengths are those of the bytes`() throws {
        let four = try packet("10.9.0.1", "10.9.0.4", .udp(source: 1, destination: 2, payload: [1, 2, 3])).bytes
        #expect(four.count == 14 + 20 + 8 + 3)
        #expect(four[16...17] == [0, 31])
        let six = try packet("fd00:9::1", "fd00:9::4", .udp(source: 1, destination: 2)).ipv6 {
            $0.extensions = [.hopByHop(), .routing(), .destinationOptions(length: 300), .fragment(), .authentication]
        }.bytes
        #expect(six.count == 14 + 40 + 8 + 8 + 304 + 8 + 24 + 8)
        #expect(six[18...20] == [1, 104, 0])
    }

    @Test func `options are padded, and make the header longer`() throws {
        let bytes = try packet("10.9.0.1", "10.9.0.4", .udp(source: 1, destination: 2)).ipv4 {
            $0.options = [7, 5, 4, 0, 0]
        }.bytes
        #expect(bytes[14] == 0x47)
        #expect(InternetChecksum.of(Array(bytes[14..<42])) == 0)
    }

    @Test func `what is overridden is written, and nothing else changes`() throws {
        let good = try packet("10.9.0.1", "10.9.0.4", .udp(source: 1, destination: 2))
        var expected = good.bytes
        expected[14] = 0x73
        expected[16] = 0
        expected[17] = 0
        expected[24] = 0xbe
        expected[25] = 0xef
        let bad = good.ipv4 {
            $0.version = 7
            $0.headerWords = 3
            $0.totalLength = 0
            $0.checksum = 0xbeef
        }
        #expect(bad.bytes == expected)
        let six = try packet("fd00:9::1", "fd00:9::4", .udp(source: 1, destination: 2)).ipv6 {
            $0.version = 4
            $0.payloadLength = 0
            $0.trafficClass = 0xab
            $0.flowLabel = 0xcdef1
        }.bytes
        #expect(Array(six[14..<20]) == [0x4a, 0xbc, 0xde, 0xf1, 0, 0])
    }

    @Test func `addresses of two families make no packet`() throws {
        let four = try #require(IPAddress("10.9.0.1")), six = try #require(IPAddress("fd00:9::1"))
        #expect(Packet(from: four, to: six, .udp(source: 1, destination: 2)) == nil)
    }
}
