import CLibbpf
import Glibc
import TestSupport
import Testing

@testable import Kernel
@testable import Model

extension BPFTests {
    /// Membership by the output interface: a set that the kernel prunes.
    struct RedirectEnrolled {
        static let accept: UInt32 = 0, drop: UInt32 = 2, redirect: UInt32 = 7
        let topology: RedirectTopology

        init() throws { topology = try RedirectTopology() }

        private func set(_ names: [String]) throws -> OwnedDescriptor {
            let set = try makeMap(BPF_MAP_TYPE_DEVMAP_HASH, name: "enrolled", valueSize: 4, entries: 16)
            for name in names { try fill(set, name) }
            return set
        }

        /// The kernel looks for the interface in the namespace of the thread that writes.
        private func fill(_ set: borrowing OwnedDescriptor, _ name: String) throws {
            let ifindex = bytes(try topology.node.index(name))
            let raw = set.raw
            let result = try topology.node.run { () throws(KernelError) in bpf_map_update_elem(raw, ifindex, ifindex, 0)
            }
            try checked("update", "set", result)
        }

        private func members(_ set: borrowing OwnedDescriptor) throws -> [[UInt8]] {
            try view(set).entries().map(\.key)
        }

        private func program(
            _ set: borrowing OwnedDescriptor, _ change: (inout RedirectConfiguration) -> Void = { _ in }
        ) throws -> BPFProgram {
            var configuration = Configurations.make(.enrolled, enrolled: try view(set).record.id)
            change(&configuration)
            return try ReplacementObject.load(configuration)
        }

        private func verdict(_ program: borrowing BPFProgram, _ destination: String) throws -> UInt32 {
            let packet = try Frame.to(destination)
            let input = try topology.node.index("vin")
            return try topology.node.run { () throws(KernelError) in
                try TestRun.tc(program.descriptor, packet: packet, ifindex: input)
            }.verdict
        }

        private func counted(_ program: borrowing BPFProgram) throws -> [String: UInt64] {
            try ReplacementObject.counters(ofProgram: program.record.id).filter { $0.value > 0 }
        }

        @Test func `what leaves by an interface of the set is redirected, both families; all else is passed`() throws {
            let set = try set(["va"])
            let program = try program(set)
            for member in ["10.9.0.5", "fd00:9::5"] { #expect(try verdict(program, member) == Self.redirect) }
            for other in ["10.9.0.6", "fd00:9::6", "10.60.0.1", "172.16.0.1"] {
                #expect(try verdict(program, other) == Self.accept, "\(other)")
            }
            #expect(
                try counted(program) == ["redirected": 2, "not_member": 2, "gateway": 1, "fib_miss": 1])
            // Enrolled while the program runs: the next packet knows.
            try fill(set, "vb")
            #expect(try verdict(program, "10.9.0.6") == Self.redirect)
        }

        @Test func `it refers to the set and to no map of addresses; the others do not refer to it`() throws {
            let set = try set(["va"])
            let id = try view(set).record.id
            let program = try program(set)
            #expect(program.record.mapIDs.contains(id) && program.record.mapIDs.count == 3)
            #expect(program.record.reference.name == "fib_redirect_en")
            #expect(ReplacementObject.isOurs(program.record.reference))
            let onLink = try ReplacementObject.load(Configurations.make(enrolled: id))
            #expect(onLink.record.mapIDs.count == 2 && !onLink.record.mapIDs.contains(id))
        }

        @Test func `an interface that goes is pruned, and another one with its index is no member`() throws {
            let set = try set(["va", "vb"])
            let program = try program(set)
            let gone = try topology.node.index("va")
            try topology.node.shell("ip link del va")
            #expect(try members(set) == [bytes(try topology.node.index("vb"))])
            try topology.node.shell(
                """
                set -e
                ip link add new index \(gone) type veth peer name pnew netns /proc/\(getpid())/fd/\(topology.pods.descriptor)
                ip link set new up; ip route add 10.9.0.5 dev new
                """)
            try topology.pods.shell("ip link set pnew up")
            #expect(try topology.node.index("new") == gone)
            #expect(try verdict(program, "10.9.0.5") == Self.accept)
            #expect(try verdict(program, "10.9.0.6") == Self.redirect)
            #expect(try counted(program) == ["not_member": 1, "redirected": 1])
            // It is the set that says no: the same packet with the new interface in it.
            try fill(set, "new")
            #expect(try verdict(program, "10.9.0.5") == Self.redirect)
        }

        @Test func `an interface that moves to another namespace is pruned as well`() throws {
            let set = try set(["va", "vb"])
            try topology.node.shell("ip link set va netns /proc/\(getpid())/fd/\(topology.pods.descriptor)")
            #expect(try members(set) == [bytes(try topology.node.index("vb"))])
        }

        @Test func `of a member that cannot be redirected on_failure decides, of others nothing`() throws {
            // 10.9.0.2 is behind the hook's own interface.
            let set = try set(["vin", "va"])
            let dropping = try program(set)
            #expect(try verdict(dropping, "10.9.0.2") == Self.drop)
            #expect(try verdict(dropping, "10.60.0.1") == Self.accept, "the FIB named the uplink: no member")
            #expect(try verdict(dropping, "172.16.0.1") == Self.accept, "the FIB named no device")
            #expect(
                try counted(dropping) == ["same_device": 1, "dropped": 1, "gateway": 1, "fib_miss": 1])
            let denied = try topology.node.index("va")
            let denying = try program(set) { $0.denied = [denied] }
            #expect(try verdict(denying, "10.9.0.5") == Self.drop)
            let passing = try program(set) {
                $0.denied = [denied]
                $0.contract.onFailure = .pass
            }
            #expect(try verdict(passing, "10.9.0.5") == Self.accept)
            #expect(try verdict(passing, "10.9.0.2") == Self.accept)
        }

        @Test func `without a set, and with a map that is none, it is not loaded`() throws {
            let none = #expect(throws: KernelError.self) {
                _ = try ReplacementObject.load(Configurations.make(.enrolled))
            }
            #expect(none?.detail == "it needs the set of interfaces")
            let hash = try makeMap(BPF_MAP_TYPE_HASH, valueSize: 4, entries: 1)
            let id = try view(hash).record.id
            let other = #expect(throws: KernelError.self) {
                _ = try ReplacementObject.load(Configurations.make(.enrolled, enrolled: id))
            }
            #expect(other?.detail?.hasPrefix("it is of type hash") == true)
            // A trial gets an empty set of its own.
            #expect(try RedirectTrial.load { _ in Configurations.make(.enrolled) }.features.readsDevice)
        }
    }

    /// Egress `peer`, without a way for the packet to go.
    struct RedirectPeer {
        let topology: RedirectTopology

        init() throws { topology = try RedirectTopology() }

        private func run(_ payload: Int = 0, mtu: Int = 1500) throws -> (sent: [UInt8], result: TestRunResult) {
            var configuration = Configurations.make(egress: .peer)
            configuration.contract.controlBlock = .init(index: 4, value: 0xc001_f00d)
            configuration.contract.mark = 0x200
            let program = try ReplacementObject.load(configuration)
            try topology.node.shell("ip link set va mtu \(mtu)")
            let packet = try Frame.to("10.9.0.5") + [UInt8](repeating: 0, count: payload)
            let input = try topology.node.index("vin")
            let result = try topology.node.run { () throws(KernelError) in
                try TestRun.tc(program.descriptor, packet: packet, ifindex: input, mark: 7)
            }
            return (packet, result)
        }

        @Test func `not a byte changes, and no mark goes into the other namespace`() throws {
            let (sent, result) = try run()
            #expect(result.verdict == 7 && result.packet == sent)
            #expect(result.mark == 0 && result.controlBlock == [0, 0, 0, 0, 0xc001_f00d])
        }

        /// The peer would take what the veth does not: such a packet goes the usual way, and ends there.
        @Test func `what is longer than the device takes does not go to the peer`() throws {
            let (_, result) = try run(1200, mtu: 1000)
            #expect(result.verdict == 7 && result.mark == 7)
        }

        @Test func `this kernel has what peer and enrolled need`() throws {
            let features = try RedirectFeatures.probe()
            #expect(features.redirectsToPeer && features.looksUpDevices)
        }
    }
}
