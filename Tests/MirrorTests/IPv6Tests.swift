import Kernel
import Mirror
import Model
import TestSupport
import Testing

extension MirrorSuite {
    /// Packets of IPv6, by the deployment that redirects every protocol and writes both MACs, and ours.
    struct IPv6 {
        private func compare(_ packets: Packet..., egress: Egress = .neigh) throws -> Comparison {
            try compare(packets, egress: egress)
        }

        private func compare(_ packets: [Packet], egress: Egress = .neigh) throws -> Comparison {
            let legacy = try LegacyProgram.fabric()
            return try Comparison(legacy, try legacy.replacement(egress: egress), packets.map { MirrorFrame($0) })
        }

        /// Ours alone, where the contract is TCP and UDP only.
        private func ours(_ packets: [Packet]) throws -> [Way] {
            let contract = Profile.Contract(families: [.ipv4, .ipv6], protocols: [.tcp, .udp], onFailure: .pass)
            let program = try ReplacementObject.load(
                RedirectConfiguration(
                    contract: contract, membership: .onLink, egress: .neigh,
                    fibFlags: RedirectConfiguration.skipNeighbor, readsDevice: KernelTraits.comparesLinkTypes,
                    denied: []
                ).mirrored(Sample.layout))
            var mirror = try Mirror(Sample.layout)
            let frames = packets.map { MirrorFrame($0) }
            let seen = try mirror.observe(program.descriptor.raw, at: Sample.hook, frames: frames)
            return zip(seen, frames).map { Way($0, of: $1) }
        }

        private func extended(_ count: Int) throws -> Packet {
            let kinds: [IPv6Extension] = [
                .hopByHop(), .destinationOptions(length: 14), .routing(), .destinationOptions(),
                .destinationOptions(length: 6),
                .routing(length: 6), .destinationOptions(),
            ]
            return try Sample.packet(to: Sample.pod6).ipv6 { $0.extensions = Array(kinds.prefix(count)) }
        }

        @Test(arguments: [Egress.neigh, .mac])
        func `TCP, UDP and ICMP to a pod are redirected, both MACs alike`(_ egress: Egress) throws {
            try compare(
                try Sample.packet(to: Sample.pod6), try Sample.packet(to: Sample.pod6, .tcp(source: 1, destination: 2)),
                try Sample.packet(to: Sample.pod6, .icmpv6(type: 128)),
                try Sample.packet(to: Sample.pod4, .icmp(type: 8)),
                egress: egress
            ).expect(.redirected(Sample.pod), keepsSource: true)
        }

        @Test func `what is behind a gateway is left to the stack`() throws {
            try compare(try Sample.packet(to: Sample.remote6)).expect(.routed(Sample.uplink), keepsSource: true)
        }

        @Test func `up to six extension headers are walked over`() throws {
            let packets = try (0...6).map { try extended($0) }
            #expect(try ours(packets) == [Way](repeating: .redirected(Sample.pod), count: 7))
        }

        @Test func `a seventh extension header hides the transport: left to the stack where TCP and UDP are wanted`()
            throws
        {
            #expect(try ours([try extended(7)]) == [.routed(Sample.pod)])
        }

        @Test func `the legacy program that takes every protocol is matched with any number of extension headers`()
            throws
        {
            try compare(try (0...7).map { try extended($0) }).expect(.redirected(Sample.pod), keepsSource: true)
        }

        @Test func `first and later fragments are redirected`() throws {
            let first = try Sample.packet(to: Sample.pod6).ipv6 { $0.extensions = [.fragment(more: true)] }
            let later = try Sample.packet(to: Sample.pod6, .data(protocol: 17, bytes: [UInt8](repeating: 7, count: 32)))
                .ipv6 { $0.extensions = [.fragment(offset: 3)] }
            try compare(first, later).expect(.redirected(Sample.pod), keepsSource: true)
            #expect(try ours([first, later]) == [.redirected(Sample.pod), .redirected(Sample.pod)])
        }

        @Test func `a hop limit of 1 is no reason not to redirect`() throws {
            try compare(try Sample.packet(to: Sample.pod6).ipv6 { $0.hopLimit = 1 })
                .expect(.redirected(Sample.pod), keepsSource: true)
        }

        @Test func `a hop limit of 1 ends in the stack where nobody redirects, and the sender is told, each time`()
            throws
        {
            let packets = try (0..<20).map { _ in try Sample.packet(to: Sample.nobody6).ipv6 { $0.hopLimit = 1 } }
            let legacy = try LegacyProgram.fabric()
            let seen = try Comparison(legacy, try legacy.replacement(), packets.map { MirrorFrame($0) })
            #expect(seen.legacy == seen.ours)
            #expect(Set(seen.ours).count == 1)
            let answer = try #require(seen.ours.first?.first)
            #expect(answer.bytes[20] == 58 && answer.bytes[54] == 3, "ICMPv6, time exceeded")
        }

        @Test func `a multicast or loopback destination goes nowhere`() throws {
            let nobodys: [UInt128] = [0xff02 << 112 | 1, 0xff0e << 112 | 1, 1]
            try compare(try nobodys.map { try Sample.packet(to: .v6($0)) }).expect(.gone)
        }

        @Test func `a link-local destination is refused by the stack`() throws {
            let seen = try compare(try Sample.packet(to: .v6(0xfe80 << 112 | 1)))
            #expect(seen.legacy == seen.ours)
            let answer = try #require(seen.ours.first?.first)
            #expect(answer.bytes[20] == 58 && answer.bytes[54] == 1, "ICMPv6, unreachable")
        }

        @Test func `a packet longer than the pod's device takes is sent there all the same`() throws {
            let payload = [UInt8](repeating: 7, count: 1400)
            try compare(try Sample.packet(to: Sample.narrow6, .udp(source: 1, destination: 2, payload: payload)))
                .expect(.redirected(Sample.narrow), keepsSource: true)
        }

        @Test func `headers that are not in the linear part are not seen: the packet is left to the stack`() throws {
            let legacy = try LegacyProgram.fabric()
            let bytes = try Sample.packet(to: Sample.pod6).bytes
            try Comparison(
                legacy, try legacy.replacement(), [14, 40, 53].map { MirrorFrame(bytes, linearLength: $0) }
            ).expect(.routed(Sample.pod), keepsSource: true)
        }

        @Test func `a VLAN tag and a group MAC do not keep a packet from its pod`() throws {
            var tagged = try Sample.packet(to: Sample.pod6), group = tagged
            tagged.ethernet.vlans = [.init(5)]
            group.ethernet.destination = MACAddress(value: 0x3333_0000_0001)
            let seen = try compare(tagged, group)
            seen.expect(.redirected(Sample.pod), keepsSource: true)
            #expect(seen.ours.first?.first?.vlan == Observed.Tag(control: 5))
        }

        /// A difference by design: what belongs to a link is not carried to another, even if the map would have.
        @Test func `neighbor discovery is never redirected by ours`() throws {
            guard case .v6(let target) = Sample.pod6 else { return }
            let packets = try [
                .neighborSolicitation(target: target, source: Sample.hookMAC),
                .neighborAdvertisement(target: target, mac: Sample.hookMAC), .routerSolicitation, .routerAdvertisement,
                .redirect(target: target, destination: target),
            ].map { (transport: Transport) in
                try Sample.packet(to: Sample.pod6, transport).ipv6 { $0.hopLimit = 255 }
            }
            let legacy = try LegacyProgram.fabric()
            let seen = try Comparison(legacy, try legacy.replacement(), packets.map { MirrorFrame($0) })
            for (frame, (theirs, mine)) in zip(seen.frames, zip(seen.legacy, seen.ours)) {
                #expect(Way(theirs, of: frame) == .redirected(Sample.pod))
                #expect(Way(mine, of: frame) == .routed(Sample.pod))
            }
        }

        @Test func `a solicitation to a group goes nowhere`() throws {
            guard case .v6(let target) = Sample.pod6 else { return }
            let group = 0xff02 << 112 | 0x1_ff00_0000 | target & 0xff_ffff
            let packet = try Sample.packet(
                to: .v6(group), .neighborSolicitation(target: target, source: Sample.hookMAC))
            try compare(packet.ipv6 { $0.hopLimit = 255 }).expect(.gone)
        }
    }
}
