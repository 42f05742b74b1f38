import Kernel
import Mirror
import Model
import Testing

extension MirrorSuite {
    /// A replacement that is wrong is seen to be wrong.
    struct Differences {
        /// What ours does where the FIB says something else of the pod than the map.
        private func seen(where change: (inout MirrorLayout.Destination) -> Void) throws -> (
            legacy: Observed, ours: Observed
        ) {
            var layout = Sample.layout
            change(&layout.destinations[0])
            let legacy = try LegacyProgram.ambient()
            let both = try Comparison(
                legacy, try legacy.replacement(), [MirrorFrame(try Sample.packet(to: Sample.pod4))], in: layout)
            return (try #require(both.legacy.first?.first), try #require(both.ours.first?.first))
        }

        @Test func `a redirect to another device shows in the device`() throws {
            let (legacy, ours) = try seen { $0.ifindex = Sample.narrow }
            #expect(legacy.ifindex == Sample.pod)
            #expect(ours.ifindex == Sample.narrow)
        }

        @Test func `a wrong MAC shows in the frame`() throws {
            let wrong = MACAddress(value: 0x0200_0000_9999)
            let (legacy, ours) = try seen { $0.neighbor = wrong }
            #expect(legacy.ifindex == ours.ifindex)
            #expect(Array(legacy.bytes[..<6]) == Sample.podMAC.bytes)
            #expect(Array(ours.bytes[..<6]) == wrong.bytes)
        }

        @Test func `a neighbor that is not known shows as a question for it`() throws {
            let (legacy, ours) = try seen { $0.neighbor = nil }
            #expect(Array(legacy.bytes[12..<14]) == [0x08, 0x00])
            #expect(Array(ours.bytes[12..<14]) == [0x08, 0x06], "ARP")
        }

        @Test func `a member that is dropped shows as no frame`() throws {
            let legacy = try LegacyProgram.ambient()
            let program = try legacy.replacement(denied: [Sample.pod])
            let both = try Comparison(legacy, program, [MirrorFrame(try Sample.packet(to: Sample.pod4))])
            #expect(both.legacy.first?.count == 1)
            #expect(both.ours.first == [])
        }

        @Test func `what on-link widens shows as redirected by ours alone`() throws {
            var layout = Sample.layout
            layout.destinations.append(.init(address: Sample.nobody4, ifindex: Sample.pod, neighbor: Sample.podMAC))
            let legacy = try LegacyProgram.ambient()
            let frame = MirrorFrame(try Sample.packet(to: Sample.nobody4))
            let both = try Comparison(legacy, try legacy.replacement(.onLink), [frame], in: layout)
            #expect(both.legacy.map { Way($0, of: frame) } == [.routed(Sample.pod)])
            #expect(both.ours.map { Way($0, of: frame) } == [.redirected(Sample.pod)])
        }

        @Test func `a device of another kind than the hook is refused in the mirror as on the node`() throws {
            var layout = Sample.layout
            layout.destinations.append(
                .init(address: Sample.nobody4, ifindex: Sample.uplink, neighbor: Sample.gatewayMAC))
            #expect(layout.unlikeHooks == [Sample.uplink])
            let legacy = try LegacyProgram.ambient()
            let frame = MirrorFrame(try Sample.packet(to: Sample.nobody4))
            let both = try Comparison(legacy, try legacy.replacement(.onLink, layout: layout), [frame], in: layout)
            #expect(both.ours.map { Way($0, of: frame) } == [.routed(Sample.uplink)])
        }
    }
}
