import Kernel
import Mirror
import Model
import TestSupport
import Testing

extension MirrorSuite {
    /// Packets that stand for several.
    struct Segmentation {
        private func frame(_ address: IPAddress, linear: Int? = nil) throws -> MirrorFrame {
            let payload = (0..<20_000).map { UInt8(truncatingIfNeeded: $0) }
            let packet = try Sample.packet(
                to: address, .tcp(source: 40000, destination: 80, flags: 0x10, payload: payload))
            let isIPv4 = address.family == .ipv4
            return MirrorFrame(
                packet.bytes,
                segmentation: .init(isIPv4 ? .tcp4 : .tcp6, size: 1400, transportOffset: isIPv4 ? 34 : 54),
                linearLength: linear)
        }

        @Test func `a GSO packet of TCP over IPv4 stays whole`() throws {
            let legacy = try LegacyProgram.ambient()
            let seen = try Comparison(legacy, try legacy.replacement(), [try frame(Sample.pod4)])
            seen.expect(.redirected(Sample.pod))
            #expect(seen.legacy.first?.first?.gsoSize == 1400)
            #expect(seen.ours.first?.first?.gsoSize == 1400)
        }

        @Test func `a GSO packet of TCP over IPv6 stays whole`() throws {
            let legacy = try LegacyProgram.fabric()
            let seen = try Comparison(legacy, try legacy.replacement(), [try frame(Sample.pod6)])
            seen.expect(.redirected(Sample.pod), keepsSource: true)
            #expect(seen.ours.first?.first?.gsoSize == 1400)
        }

        @Test(.requires(.udpsegments)) func `a GSO packet of UDP stays whole`() throws {
            let legacy = try LegacyProgram.ambient()
            let payload = (0..<20_000).map { UInt8(truncatingIfNeeded: $0) }
            let packet = try Sample.packet(to: Sample.pod4, .udp(source: 1, destination: 2, payload: payload))
            let frame = MirrorFrame(packet.bytes, segmentation: .init(.udp, size: 1400, transportOffset: 34))
            let seen = try Comparison(legacy, try legacy.replacement(), [frame])
            seen.expect(.redirected(Sample.pod))
            #expect(seen.ours.first?.first?.gsoSize == 1400)
        }

        @Test func `a GSO packet whose payload is in page fragments stays whole`() throws {
            let legacy = try LegacyProgram.ambient()
            let seen = try Comparison(legacy, try legacy.replacement(), [try frame(Sample.pod4, linear: 54)])
            seen.expect(.redirected(Sample.pod))
            #expect(seen.ours.first?.first?.gsoSize == 1400)
        }

        @Test func `a GSO packet whose segments are longer than the pod's device takes is sent there all the same`()
            throws
        {
            let legacy = try LegacyProgram.ambient()
            try Comparison(legacy, try legacy.replacement(), [try frame(Sample.narrow4)])
                .expect(.redirected(Sample.narrow))
        }

        @Test func `a GSO packet to nobody's pod is left to the stack, which keeps it whole`() throws {
            let legacy = try LegacyProgram.ambient()
            var mirror = try Mirror(Sample.layout)
            let stack = mirror.stack
            let sent = try frame(Sample.nobody4)
            let seen = try mirror.observe(legacy.program.raw, at: Sample.hook, frames: [sent])
            #expect(seen.first.map { Way($0, of: sent) } == .routed(stack))
            #expect(seen.first?.first?.gsoSize == 1400)
        }
    }
}
