import Kernel
import Mirror
import Model
import Testing

extension MirrorSuite {
    /// What is around a packet: MACs, tags, lengths, and how the kernel holds it.
    struct Ethernet {
        private func compare(_ frames: [MirrorFrame]) throws -> Comparison {
            let legacy = try LegacyProgram.ambient()
            return try Comparison(legacy, try legacy.replacement(), frames)
        }

        private func tagged(_ address: IPAddress, _ tags: EthernetHeader.VLANTag...) throws -> MirrorFrame {
            var packet = try Sample.packet(to: address)
            packet.ethernet.vlans = tags
            return MirrorFrame(packet)
        }

        @Test(arguments: [false, true])
        func `a VLAN tag is carried along, beside the packet`(_ isService: Bool) throws {
            let seen = try compare([try tagged(Sample.pod4, .init(5, priority: 3, isService: isService))])
            seen.expect(.redirected(Sample.pod))
            let tag = Observed.Tag(
                control: 3 << 13 | 5, etherType: isService ? EtherType.serviceTag : EtherType.vlanTag)
            #expect(seen.legacy.first?.first?.vlan == tag)
            #expect(seen.ours.first?.first?.vlan == tag)
        }

        @Test func `a tagged packet to nobody's pod ends in the stack, which knows no such VLAN`() throws {
            try compare([try tagged(Sample.nobody4, .init(5))]).expect(.gone)
        }

        @Test func `of two tags one stays in the packet, which is then left to the stack`() throws {
            try compare([try tagged(Sample.pod4, .init(7, isService: true), .init(5))]).expect(.gone)
        }

        @Test(arguments: [0x0100_5e00_0005, 0xffff_ffff_ffff, 0x0300_0000_1041] as [UInt64])
        func `a group or broadcast MAC is replaced by the pod's`(_ mac: UInt64) throws {
            var packet = try Sample.packet(to: Sample.pod4)
            packet.ethernet.destination = MACAddress(value: mac)
            let seen = try compare([MirrorFrame(packet)])
            seen.expect(.redirected(Sample.pod))
            #expect(seen.ours.first?.first.map { Array($0.bytes[..<6]) } == Sample.podMAC.bytes)
        }

        @Test func `a group MAC without a pod, and another host's MAC, end in the stack`() throws {
            var group = try Sample.packet(to: Sample.nobody4), other = group
            group.ethernet.destination = MACAddress(value: 0x0100_5e00_0005)
            other.ethernet.destination = MACAddress(value: 0x0200_0000_9999)
            try compare([MirrorFrame(group), MirrorFrame(other)]).expect(.gone)
        }

        @Test func `another host's MAC is replaced by the pod's`() throws {
            var packet = try Sample.packet(to: Sample.pod4)
            packet.ethernet.destination = MACAddress(value: 0x0200_0000_9999)
            try compare([MirrorFrame(packet)]).expect(.redirected(Sample.pod))
        }

        @Test func `a packet longer than the pod's device takes is sent there all the same`() throws {
            let payload = [UInt8](repeating: 7, count: 1400)
            try compare([
                MirrorFrame(try Sample.packet(to: Sample.narrow4, .udp(source: 1, destination: 2, payload: payload)))
            ])
            .expect(.redirected(Sample.narrow))
        }

        @Test func `a packet longer than the hook's own device cannot come in`() throws {
            let payload = [UInt8](repeating: 7, count: 9100)
            try compare([
                MirrorFrame(try Sample.packet(to: Sample.pod4, .udp(source: 1, destination: 2, payload: payload)))
            ])
            .expect(.gone)
        }

        @Test func `headers that are not in the linear part are not seen: the packet is left to the stack`() throws {
            let bytes = try Sample.packet(to: Sample.pod4, .udp(source: 1, destination: 2, payload: Array(0..<100)))
                .bytes
            try compare([14, 20, 33].map { MirrorFrame(bytes, linearLength: $0) })
                .expect(.routed(Sample.pod), keepsSource: true)
        }

        @Test func `the payload need not be in the linear part, nor the ports`() throws {
            let bytes = try Sample.packet(to: Sample.pod4, .udp(source: 1, destination: 2, payload: Array(0..<100)))
                .bytes
            try compare([34, 36, 42].map { MirrorFrame(bytes, linearLength: $0) }).expect(.redirected(Sample.pod))
        }

        @Test func `what is neither IPv4 nor IPv6 is left to the stack`() throws {
            let ethernet = EthernetHeader(destination: Sample.hookMAC)
            let packets = [EtherType.arp, 0x88b6].map { type in
                Packet(
                    ethernet: ethernet, network: .raw(etherType: type, bytes: [UInt8](repeating: 0, count: 46)),
                    transport: .data(protocol: 0, bytes: []))
            }
            try compare(packets.map { MirrorFrame($0) }).expect(.gone)
        }
    }
}
