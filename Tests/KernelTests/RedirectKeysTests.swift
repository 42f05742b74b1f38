import CLibbpf
import Glibc
import TestSupport
import Testing

@testable import Kernel
@testable import Model

extension BPFTests {
    /// Membership by the keys of legacy maps of every layout, and both MACs.
    struct RedirectKeys {
        static let accept: UInt32 = 0, redirect: UInt32 = 7
        let topology: RedirectTopology

        init() throws { topology = try RedirectTopology() }

        private func verdict(_ program: borrowing BPFProgram, _ destination: String) throws -> UInt32 {
            try run(program, destination).verdict
        }

        private func run(_ program: borrowing BPFProgram, _ destination: String) throws -> TestRunResult {
            let packet = try Frame.to(destination)
            let input = topology.index["vin"] ?? 0
            return try topology.node.run { () throws(KernelError) in
                try TestRun.tc(program.descriptor, packet: packet, ifindex: input)
            }
        }

        /// A map of that type whose keys are these addresses.
        private func map(
            _ type: bpf_map_type, _ layout: Profile.KeyLayout, _ addresses: [String]
        ) throws -> OwnedDescriptor {
            let map = try makeMap(type, keySize: layout.size, entries: 64)
            for text in addresses {
                let address = try #require(IPAddress(text))
                let key = try #require(layout.key(of: address, isTrie: type == BPF_MAP_TYPE_LPM_TRIE))
                try put(map, key, [UInt8](repeating: 0, count: 12))
            }
            return map
        }

        static let types = [BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_LPM_TRIE].map(\.rawValue)

        @Test(arguments: types, [Profile.ByteOrder.network, .host])
        func `each family asks a map of its own`(type: UInt32, order: Profile.ByteOrder) throws {
            let four = Profile.KeyLayout(size: 8, offset: 4, family: .ipv4, byteOrder: order)
            let six = Profile.KeyLayout(size: 20, offset: 4, family: .ipv6, byteOrder: .network)
            let map4 = try map(bpf_map_type(type), four, ["10.9.0.5"])
            let map6 = try map(bpf_map_type(type), six, ["fd00:9::6"])
            var configuration = try Configurations.make(
                .legacyKeys, keys: [Configurations.keys(of: map4, four), Configurations.keys(of: map6, six)])
            configuration.contract.mark = 0x200
            configuration.contract.protocols = [.any]
            let program = try ReplacementObject.load(configuration)
            let hit = try run(program, "10.9.0.5")
            #expect(hit.verdict == Self.redirect && hit.mark == 0x200)
            #expect(try run(program, "fd00:9::6").mark == 0x200)
            for other in ["10.9.0.6", "5.0.9.10", "fd00:9::5"] {
                let miss = try run(program, other)
                #expect(miss.verdict == Self.accept && miss.mark == 0, "\(other)")
            }
            let counters = try ReplacementObject.counters(ofProgram: program.record.id)
            #expect(counters.filter { $0.value > 0 } == ["redirected": 2, "not_member": 3])
        }

        @Test(arguments: [AddressFamily.ipv4, .ipv6])
        func `a family without a map has no members`(family: AddressFamily) throws {
            let layout = Profile.KeyLayout(
                size: UInt32(family.byteCount), offset: 0, family: family, byteOrder: .network)
            let mine = family == .ipv4 ? "10.9.0.5" : "fd00:9::5"
            let map = try map(BPF_MAP_TYPE_HASH, layout, [mine])
            let program = try ReplacementObject.load(
                Configurations.make(.legacyKeys, keys: [Configurations.keys(of: map, layout)]))
            #expect(try verdict(program, mine) == Self.redirect)
            #expect(try verdict(program, family == .ipv4 ? "fd00:9::5" : "10.9.0.5") == Self.accept)
            #expect(program.record.mapIDs.count == 3, "constants, counters and the one map")
        }

        @Test func `an address anywhere in a key, its other bytes zero`() throws {
            let odd = Profile.KeyLayout(size: 64, offset: 43, family: .ipv6, byteOrder: .network)
            let map = try map(BPF_MAP_TYPE_HASH, odd, ["fd00:9::5"])
            let program = try ReplacementObject.load(
                Configurations.make(.legacyKeys, keys: [Configurations.keys(of: map, odd)]))
            #expect(try verdict(program, "fd00:9::5") == Self.redirect)
            #expect(try verdict(program, "fd00:9::6") == Self.accept)
        }

        @Test func `two maps of a family, and keys of another size, are refused`() throws {
            let one = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            let two = try makeMap(BPF_MAP_TYPE_HASH, entries: 1)
            let both = #expect(throws: KernelError.self) {
                _ = try ReplacementObject.load(
                    Configurations.make(
                        .legacyKeys, keys: [Configurations.keys(of: one), Configurations.keys(of: two)])
                )
            }
            #expect(both?.detail == "one map can be asked for ipv4 keys, not 2")
            let wide = try makeMap(BPF_MAP_TYPE_HASH, keySize: 128, entries: 1)
            let size = #expect(throws: KernelError.self) {
                _ = try ReplacementObject.load(
                    Configurations.make(.legacyKeys, keys: [Configurations.keys(of: wide)]))
            }
            #expect(size?.detail == "its keys have 128 bytes; the profile says 4, 64 fit")
        }

        /// bpf_fib_lookup gives both, where the neighbor is known.
        @Test(arguments: [[], [.ipv4], [.ipv6], [.ipv4, .ipv6]] as [[AddressFamily]])
        func `egress mac writes the source of those families only whose map has one`(
            rewritten: [AddressFamily]
        ) throws {
            var configuration = Configurations.make(flags: 0)
            configuration.egress = .mac
            configuration.rewritesSource = rewritten
            let program = try ReplacementObject.load(configuration)
            // Not from /sys, which shows the interfaces of the namespace it was mounted in.
            let own = try topology.node.shell("ip -br link show va | tr -s ' ' | cut -d ' ' -f 3").trimmingNewline
            let device = try #require(MACAddress(own)).bytes
            for (destination, family) in [("10.9.0.5", AddressFamily.ipv4), ("fd00:9::5", .ipv6)] {
                let sent = try Frame.to(destination)
                let result = try run(program, destination)
                #expect(result.verdict == Self.redirect)
                #expect(Array(result.packet[0..<6]) == [2, 0, 0, 0, 0, 5])
                let source = rewritten.contains(family) ? device : Array(sent[6..<12])
                #expect(Array(result.packet[6..<12]) == source, "\(family)")
                #expect(result.packet[12...] == sent[12...])
            }
        }
    }
}
