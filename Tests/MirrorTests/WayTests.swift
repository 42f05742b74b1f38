import Kernel
import Model
import Testing

@testable import Mirror

extension MirrorSuite {
    /// The three ends a packet can have are told apart.
    struct Ways {
        @Test func `a redirected packet comes out of the pod's device with its TTL as it was`() throws {
            let legacy = try LegacyProgram.ambient()
            var mirror = try Mirror(Sample.layout)
            let packet = try Sample.packet(to: Sample.pod4)
            let seen = try mirror.observe(legacy.program.raw, at: Sample.hook, frames: [MirrorFrame(packet.bytes)])
            var expected = packet
            expected.ethernet.destination = Sample.podMAC
            #expect(seen == [[Observed(ifindex: Sample.pod, bytes: expected.bytes)]])
        }

        @Test(arguments: [Sample.nobody4, Sample.nobody6])
        func `a packet left to the stack comes out of the stack's device with one TTL less`(_ address: IPAddress) throws
        {
            let legacy = try LegacyProgram.ambient()
            var mirror = try Mirror(Sample.layout)
            let packet = try Sample.packet(to: address)
            let seen = try mirror.observe(legacy.program.raw, at: Sample.hook, frames: [MirrorFrame(packet.bytes)])
            let frame = try #require(seen.first?.first)
            #expect(frame.ifindex == mirror.stack)
            #expect(frame.bytes[address.family == .ipv4 ? 22 : 21] == 63)
            #expect(Array(frame.bytes[..<6]) == Mirror.stackNeighbor.bytes)
            #expect(seen.first?.count == 1)
        }

        @Test func `of a thousand frames each is seen by itself, in order`() throws {
            let legacy = try LegacyProgram.ambient()
            var mirror = try Mirror(Sample.layout)
            let frames = try (0..<1000).map { number in
                let address = number % 3 == 0 ? Sample.nobody4 : Sample.pod4
                let payload = [UInt8(number >> 8), UInt8(number & 0xff)]
                return MirrorFrame(try Sample.packet(to: address, .udp(source: 1, destination: 2, payload: payload)))
            }
            let seen = try mirror.observe(legacy.program.raw, at: Sample.hook, frames: frames)
            #expect(seen.count == 1000)
            for (number, (sent, got)) in zip(frames, seen).enumerated() {
                let way: Way = number % 3 == 0 ? .routed(mirror.stack) : .redirected(Sample.pod)
                #expect(Way(got, of: sent) == way)
            }
        }
    }
}
