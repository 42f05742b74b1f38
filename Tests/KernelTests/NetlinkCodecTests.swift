import Model
import TestSupport
import Testing

@testable import Kernel

@Suite struct NetlinkCodecTests {
    /// A datagram as the kernel would send it: a filter, a link, a route, a rule, a neighbor, an ack.
    static let datagram: [UInt8] = {
        var bytes = NetlinkMessage(
            type: 44,
            family: FamilyHeader.trafficControl(
                ifindex: 7, handle: 1, parent: Filter.clsactIngress,
                info: FamilyHeader.filterInfo(priority: 49152, protocol: 3))
        ).with {
            $0.add(1, "bpf")
            $0.add(11, UInt32(5))
            $0.nest(2) {
                $0.add(6, UInt32(0x10001))
                $0.add(7, "tc.o:[tc]")
                $0.add(8, UInt32(1))
                $0.add(9, UInt32(8))
                $0.add(10, bytes: [1, 2, 3, 4, 5, 6, 7, 0xff])
                $0.add(11, UInt32(42))
            }
        }.encoded(sequence: 1)
        bytes += NetlinkMessage(type: 16, family: FamilyHeader.link(ifindex: 3)).with {
            $0.add(3, "eth0")
            $0.add(1, bytes: [2, 0, 0, 0, 0, 1])
            $0.add(4, UInt32(1500))
            $0.nest(18) { $0.add(1, "veth") }
        }.encoded(sequence: 2)
        bytes += NetlinkMessage(type: 24, family: FamilyHeader.route(.ipv6, destinationLength: 64)).with {
            $0.add(1, bytes: [UInt8](repeating: 0xfd, count: 16))
            $0.add(9, bytes: [28, 0, 0, 0, 4, 0, 0, 0, 20, 0, 5, 0] + [UInt8](repeating: 0xfe, count: 16))
        }.encoded(sequence: 3)
        bytes += NetlinkMessage(type: 32, family: FamilyHeader.rule(.ipv4)).with {
            $0.add(6, UInt32(32766))
            $0.add(24, bytes: [80, 0, 81, 0])
        }.encoded(sequence: 4)
        bytes += NetlinkMessage(type: 28, family: FamilyHeader.neighbor(.ipv4, ifindex: 3, state: 2)).with {
            $0.add(1, bytes: [10, 0, 0, 1])
        }.encoded(sequence: 5)
        bytes += NetlinkMessage(type: 2, family: [0xfe, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 16)).encoded(
            sequence: 6)
        return bytes
    }()

    /// Every parser of the module over every message.
    static func parseAll(_ datagram: [UInt8]) throws {
        for reply in try NetlinkReply.parse(datagram) {
            try reply.payload.withSpan { (bytes) throws(NetlinkFault) in
                switch reply.header.type {
                case 44: _ = try Filter(netlink: bytes, netns: 1)
                case 16: _ = try Link(netlink: bytes, netns: 1)
                case 20: _ = try InterfaceAddress(netlink: bytes, netns: 1)
                case 24: _ = try Route(netlink: bytes, netns: 1)
                case 28: _ = try Neighbor(netlink: bytes, netns: 1)
                case 32: _ = try Rule(netlink: bytes, netns: 1)
                case 36: _ = try Qdisc(netlink: bytes, netns: 1)
                default: break
                }
            }
        }
    }

    @Test func `a filter comes back as it was built`() throws {
        let replies = try NetlinkReply.parse(Self.datagram)
        #expect(replies.map(\.header.sequence) == [1, 2, 3, 4, 5, 6])
        let filter = try #require(try replies[0].filter(netns: 9))
        let bpf = Filter.BPF(
            programID: 42, tag: "01020304050607ff", name: "tc.o:[tc]", classID: nil, flags: 1, offloadFlags: 8)
        #expect(filter.bpf?.programID == 42)
        #expect(filter.bpf?.isDirectAction == true)
        #expect(filter.bpf?.name == bpf.name && filter.bpf?.tag == bpf.tag && filter.bpf?.flags == bpf.flags)
        #expect(filter.netns == 9 && filter.ifindex == 7 && filter.parent == Filter.clsactIngress)
        #expect(filter.priority == 49152 && filter.protocol == 3 && filter.handle == 1 && filter.chain == 5)
        #expect(replies[5].status?.errno == .noSuchFileOrDirectory)
    }

    @Test func `numbers are in host byte order unless they say network`() {
        var attributes = NetlinkAttributes()
        attributes.add(1, UInt8(7))
        attributes.add(2, UInt16(0x0102))
        attributes.add(3, network: 0x0102)
        attributes.nest(4) { $0.add(5, UInt32(1)) }
        #expect(
            attributes.bytes == [
                5, 0, 1, 0, 7, 0, 0, 0, 6, 0, 2, 0, 2, 1, 0, 0, 6, 0, 3, 0, 1, 2, 0, 0, 12, 0, 4, 0x80, 8, 0, 5, 0, 1,
                0, 0, 0,
            ])
        #expect(FamilyHeader.filterInfo(priority: 1, protocol: 0x0800) == 0x0001_0008)
    }

    @Test func `every truncation is a fault or a shorter list`() throws {
        let whole = try NetlinkReply.parse(Self.datagram).count
        var faults = 0
        for count in 0..<Self.datagram.count {
            do {
                #expect(try NetlinkReply.parse(Array(Self.datagram.prefix(count))).count < whole)
            } catch { faults += 1 }
        }
        #expect(faults > Self.datagram.count / 2)
    }

    @Test func `a fault names the attribute`() throws {
        let bytes = NetlinkMessage(type: 44, family: FamilyHeader.trafficControl(ifindex: 1)).with {
            $0.add(1, "bpf")
            $0.nest(2) { $0.add(11, UInt16(3)) }
        }.encoded(sequence: 1)
        let reply = try #require(try NetlinkReply.parse(bytes).first)
        let fault = #expect(throws: NetlinkFault.self) { try reply.filter(netns: 1) }
        #expect(fault?.description == "attribute 2.11: 2 bytes, 4 needed")
    }

    @Test func `a next hop that runs past its end is a fault`() throws {
        let bytes = NetlinkMessage(type: 24, family: FamilyHeader.route(.ipv4)).with {
            $0.add(9, bytes: [200, 0, 0, 0, 4, 0, 0, 0])
        }.encoded(sequence: 1)
        #expect(throws: NetlinkFault.self) { try Self.parseAll(bytes) }
    }

    @Test func `ten thousand mutations never crash`() {
        var numbers = Numbers(state: 1)
        var readable = 0
        for _ in 0..<10_000 {
            var bytes = Self.datagram
            for _ in 0..<Int.random(in: 1...8, using: &numbers) {
                let at = Int.random(in: 0..<bytes.count, using: &numbers)
                // Lengths are where parsers break: hit small and huge values more often than chance.
                bytes[at] =
                    [0, 1, 3, 4, 0x7f, 0xff, UInt8.random(in: 0...255, using: &numbers)]
                    .randomElement(using: &numbers) ?? 0
            }
            if Bool.random(using: &numbers) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &numbers)) }
            do {
                try Self.parseAll(bytes)
                readable += 1
            } catch {}
        }
        #expect(readable > 0 && readable < 10_000)
    }

    @Test func `only reads are sent`() throws {
        for type in UInt16(16)...123 {
            let message = NetlinkMessage(type: Int(type), family: [0])
            #expect(message.isRead() == (type % 4 == 2))
        }
        var socket = try NetlinkSocket()
        let error = #expect(throws: KernelError.self) {
            try socket.send([NetlinkMessage(type: 45, family: FamilyHeader.link())], first: 1, "read", "nothing")
        }
        #expect(error?.code == .refused)
        #expect(error?.description == "read nothing: message type 45 is not a read")
    }
}
