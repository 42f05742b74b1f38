import Kernel
import Mirror
import Model
import Testing

extension MirrorSuite {
    /// Packets of IPv4, by the deployment that redirects TCP and UDP and writes the destination MAC, and ours.
    struct IPv4 {
        private func compare(_ packets: Packet..., egress: Egress = .neigh) throws -> Comparison {
            try compare(packets, egress: egress)
        }

        private func compare(_ packets: [Packet], egress: Egress = .neigh) throws -> Comparison {
            let legacy = try LegacyProgram.ambient()
            return try Comparison(legacy, try legacy.replacement(egress: egress), packets.map { MirrorFrame($0) })
        }

        private static let tcp = Transport.tcp(source: 40000, destination: 80, payload: [1, 2, 3])

        @Test func `TCP and UDP to a pod are redirected`() throws {
            try compare(try Sample.packet(to: Sample.pod4), try Sample.packet(to: Sample.pod4, Self.tcp))
                .expect(.redirected(Sample.pod))
        }

        @Test func `with the egress mac nothing differs`() throws {
            try compare(
                try Sample.packet(to: Sample.pod4), try Sample.packet(to: Sample.pod4, Self.tcp), egress: .mac
            ).expect(.redirected(Sample.pod), keepsSource: true)
        }

        @Test func `ICMP to a pod is left to the stack`() throws {
            try compare(try Sample.packet(to: Sample.pod4, .icmp(type: 8))).expect(
                .routed(Sample.pod), keepsSource: true)
        }

        @Test func `what is behind a gateway is left to the stack`() throws {
            try compare(try Sample.packet(to: Sample.remote4)).expect(.routed(Sample.uplink), keepsSource: true)
        }

        @Test func `first and later fragments are redirected`() throws {
            let whole = try Sample.packet(
                to: Sample.pod4, .udp(source: 1, destination: 2, payload: [1, 2, 3, 4, 5, 6, 7, 8]))
            let later = try Sample.packet(to: Sample.pod4, .data(protocol: 17, bytes: [UInt8](repeating: 7, count: 32)))
            try compare(
                whole.ipv4 { $0.moreFragments = true },
                later.ipv4 {
                    $0.moreFragments = true
                    $0.fragmentOffset = 2
                },
                later.ipv4 { $0.fragmentOffset = 6 }
            ).expect(.redirected(Sample.pod))
        }

        @Test func `options are carried along`() throws {
            try compare(
                try Sample.packet(to: Sample.pod4).ipv4 { $0.options = [1, 1, 1, 0] },
                try Sample.packet(to: Sample.pod4).ipv4 {
                    $0.options = [0x94, 4, 0, 0] + [UInt8](repeating: 1, count: 36)
                }
            ).expect(.redirected(Sample.pod))
        }

        @Test func `a TTL of 1 is no reason not to redirect`() throws {
            try compare(
                try Sample.packet(to: Sample.pod4).ipv4 { $0.ttl = 1 },
                try Sample.packet(to: Sample.pod4).ipv4 { $0.ttl = 0 }
            ).expect(.redirected(Sample.pod))
        }

        @Test func `a TTL of 1 ends in the stack where nobody redirects, and the sender is told, each time`() throws {
            let packets = try (0..<20).map { _ in try Sample.packet(to: Sample.nobody4).ipv4 { $0.ttl = 1 } }
            let legacy = try LegacyProgram.ambient()
            let seen = try Comparison(legacy, try legacy.replacement(), packets.map { MirrorFrame($0) })
            #expect(seen.legacy == seen.ours)
            #expect(Set(seen.ours).count == 1)
            let answer = try #require(seen.ours.first?.first)
            #expect(answer.bytes[23] == 1 && answer.bytes[34] == 11, "ICMP, time exceeded")
        }

        @Test func `a multicast or broadcast destination goes nowhere`() throws {
            let groups: [UInt32] = [0xe000_0005, 0xefff_0001, 0xffff_ffff]
            try compare(try groups.map { try Sample.packet(to: .v4($0)) }).expect(.gone)
        }

        @Test func `an address of all zeros and a loopback address go nowhere`() throws {
            try compare(try Sample.packet(to: .v4(0)), try Sample.packet(to: .v4(0x7f00_0001))).expect(.gone)
        }

        @Test
        func `a wrong length or checksum is not looked at where it is redirected, and ends in the stack elsewhere`()
            throws
        {
            let spoil: [(inout IPv4Header) -> Void] = [
                { $0.checksum = 1 }, { $0.totalLength = 9000 }, { $0.headerWords = 4 },
            ]
            try compare(try spoil.map { try Sample.packet(to: Sample.pod4).ipv4($0) }).expect(.redirected(Sample.pod))
            try compare(try spoil.map { try Sample.packet(to: Sample.nobody4).ipv4($0) }).expect(.gone)
        }

        @Test func `a header that is cut off is left to the stack`() throws {
            let legacy = try LegacyProgram.ambient()
            let bytes = try Sample.packet(to: Sample.pod4).bytes
            try Comparison(
                legacy, try legacy.replacement(), [14, 15, 24, 33].map { MirrorFrame(Array(bytes.prefix($0))) }
            ).expect(.gone)
        }
    }
}
