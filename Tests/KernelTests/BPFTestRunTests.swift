import CLibbpf
import Glibc
import Testing
import TestSupport

@testable import Kernel
@testable import Model

extension BPFTests {
    /// The replacement on packets, without attaching it.
    struct TestRuns {
        static let accept: UInt32 = 0, drop: UInt32 = 2, redirect: UInt32 = 7
        let topology: RedirectTopology

        init() throws { topology = try RedirectTopology() }

        private func run(
            _ program: borrowing BPFProgram, _ packet: [UInt8], repeats: Int = 1, mark: UInt32 = 0,
            controlBlock: [UInt32] = []
        ) throws -> TestRunResult {
            let input = topology.index["vin"] ?? 0
            return try topology.node.run { () throws(KernelError) in
                try TestRun.tc(
                    program.descriptor, packet: packet, ifindex: input, repeats: repeats, mark: mark,
                    controlBlock: controlBlock)
            }
        }

        private func contract(_ configuration: RedirectConfiguration) -> RedirectConfiguration {
            var copy = configuration
            copy.contract.controlBlock = .init(index: 4, value: 0xc001_f00d)
            return copy
        }

        @Test func `a packet to a pod is redirected, the contract's word set, bytes and mark untouched`() throws {
            let program = try ReplacementObject.load(contract(Configurations.make()))
            let packet = try Frame.to("10.9.0.5")
            let result = try run(program, packet, mark: 7, controlBlock: [1, 2, 3, 4, 5])
            #expect(result.verdict == Self.redirect)
            #expect(result.controlBlock == [1, 2, 3, 4, 0xc001_f00d])
            #expect(result.mark == 7)
            #expect(result.packet == packet)
        }

        @Test func `the contract's mark is set on what is redirected only`() throws {
            var configuration = Configurations.make()
            configuration.contract.mark = 0x200
            let program = try ReplacementObject.load(configuration)
            #expect(try run(program, try Frame.to("10.9.0.5"), mark: 7).mark == 0x200)
            #expect(try run(program, try Frame.to("10.60.0.1"), mark: 7).mark == 7)
        }

        @Test(arguments: ["10.60.0.1", "172.16.0.1", "224.0.0.5", "10.9.0.2"])
        func `what is no pod goes to the stack untouched`(_ destination: String) throws {
            try expectUntouched(destination)
        }

        /// Without the kfunc the deny list says so, which is another test.
        @Test(.requires(.linktypes)) func `what is behind a bridge goes to the stack untouched`() throws {
            try expectUntouched("10.9.0.7")
        }

        private func expectUntouched(_ destination: String) throws {
            let program = try ReplacementObject.load(contract(Configurations.make()))
            let packet = try Frame.to(destination)
            let result = try run(program, packet, controlBlock: [1, 2, 3, 4, 5])
            #expect(result.verdict == Self.accept)
            #expect(result.controlBlock == [1, 2, 3, 4, 5])
            #expect(result.packet == packet)
        }

        @Test func `other protocols are not the replacement's business`() throws {
            let program = try ReplacementObject.load(Configurations.make())
            #expect(try run(program, try Frame.to("10.9.0.5", ipProtocol: 1)).verdict == Self.accept)
        }

        @Test func `legacy-keys: members are redirected, others passed, members without a way dropped`() throws {
            let legacy = try makeMap(BPF_MAP_TYPE_HASH, entries: 16)
            for key in [[10, 9, 0, 5], [10, 60, 0, 1]] as [[UInt8]] {
                try put(legacy, key, [UInt8](repeating: 0, count: 12))
            }
            let program = try ReplacementObject.load(
                Configurations.make(.legacyKeys, keys: [Configurations.keys(of: legacy)]))
            #expect(try run(program, try Frame.to("10.9.0.5")).verdict == Self.redirect)
            #expect(try run(program, try Frame.to("10.9.0.6")).verdict == Self.accept)
            #expect(try run(program, try Frame.to("10.60.0.1")).verdict == Self.drop)
            let counters = try ReplacementObject.counters(ofProgram: program.record.id)
            #expect(counters.filter { $0.value > 0 } == ["redirected": 1, "not_member": 1, "gateway": 1, "dropped": 1])
        }

        @Test func `a run is repeated as often as asked, and every packet counted`() throws {
            let program = try ReplacementObject.load(Configurations.make())
            _ = try run(program, try Frame.to("10.9.0.5"), repeats: 1_000)
            #expect(try ReplacementObject.counters(ofProgram: program.record.id)["redirected"] == 1_000)
        }

        @Test func `a frame too short for Ethernet, and an interface that is not there, are errors`() throws {
            let program = try ReplacementObject.load(Configurations.make())
            let short = #expect(throws: KernelError.self) { try run(program, [UInt8](repeating: 0, count: 10)) }
            #expect(short?.errno == .invalidArgument)
            let packet = try Frame.to("10.9.0.5")
            let nowhere = #expect(throws: KernelError.self) {
                try topology.node.run { () throws(KernelError) in
                    try TestRun.tc(program.descriptor, packet: packet, ifindex: 9_999)
                }
            }
            #expect(nowhere?.errno?.rawValue == ENODEV)
        }
    }
}
