import CLibbpf
import LabObjects
import TestSupport
import Testing

@testable import Kernel
@testable import Model

extension BPFTests {
    /// What the kernel says of a program that somebody else loaded: whether a switch can go on into it.
    struct TailCallTrials {
        private func lab(_ image: UnsafeRawBufferPointer, _ name: String) throws -> BPFProgram {
            try BPFProgram(owning: try BPFObject(image: image, name: "lab").load().program(name))
        }

        private func reader() throws -> BPFProgram {
            let image = UnsafeRawBufferPointer(
                start: migrate_lab_ambient_image.bytes, count: migrate_lab_ambient_image.count)
            return try lab(image, "ztunnel_host_ingress")
        }

        @Test func `the lab's legacy programs can be tail-called`() throws {
            let image = UnsafeRawBufferPointer(
                start: migrate_lab_fabric_image.bytes, count: migrate_lab_fabric_image.count)
            let ambient = try reader(), fabric = try lab(image, "fabric_forward")
            #expect(try TailCallTrial.of(program: ambient.record.id) == .fits(attachType: 0))
            #expect(try TailCallTrial.of(program: fabric.record.id) == .fits(attachType: 0))
        }

        @Test func `a program of another type is refused, and both types are said`() throws {
            let program = try xdpProgram()
            #expect(
                try TailCallTrial.of(program: program.record.id)
                    == .refused("Invalid argument: it is a program of type 6, a switch is one of type 3 (sched_cls)"))
        }

        /// As libbpf loads `SEC("tcx/ingress")`, `SEC("tcx/egress")` and netkit's; kernels before 6.17 do not tell them from `tc`.
        @Test(arguments: [46, 47, 54, 55] as [UInt32])
        func `a switch for the same attach type reaches a program for another one`(_ attachType: UInt32) throws {
            let program = try loadProgram(BPF_PROG_TYPE_SCHED_CLS, 5, name: "tcx", attachType: attachType)
            #expect(try TailCallTrial.of(program: program.record.id) == .fits(attachType: attachType))
            let slot = try LegacySlot()
            let pair = try SwitchPair.load(
                Configurations.make(), cell: try ControlObject.load().cell(), slot: slot, attachType: attachType)
            try slot.put(program)
            let handed = try TestRun.tc(
                try pair.switchProgram().descriptor, packet: [UInt8](repeating: 0, count: 64), ifindex: 1)
            #expect(handed.verdict == 5)
        }

        @Test func `a program for an attach type that is none of tc's is refused`() throws {
            let program = try loadProgram(BPF_PROG_TYPE_SCHED_CLS, 0, name: "odd", attachType: 5)
            #expect(
                try TailCallTrial.of(program: program.record.id)
                    == .refused("Invalid argument: it was loaded for an attach type that is none of tc's"))
        }

        @Test func `a program that is gone is an error`() throws {
            let id = try Assembly.load("gone", Assembly.set(0, 0) + Assembly.exit).record.id
            let error = #expect(throws: KernelError.self) { try TailCallTrial.of(program: id) }
            #expect(error?.errno == .noSuchFileOrDirectory)
        }
    }

    struct CutFeatures {
        @Test(arguments: KernelFeature.cut) func `this kernel has what the cut needs`(_ feature: KernelFeature) throws {
            try feature.probe()
        }

        @Test func `this kernel takes the switch, in every membership`() throws {
            let legacy = try makeMap(BPF_MAP_TYPE_HASH, name: "app_info", entries: 16)
            _ = try SwitchTrial(Configurations.make())
            _ = try SwitchTrial(Configurations.make(.enrolled))
            _ = try SwitchTrial(Configurations.make(.legacyKeys, keys: [try Configurations.keys(of: legacy)]))
            let error = #expect(throws: KernelError.self) { _ = try SwitchTrial(Configurations.make(.legacyKeys)) }
            #expect(error?.code == .refused)
        }
    }

    struct TailCallDepths {
        /// A program that goes on through an array of its own; the array is held, or the kernel would empty it.
        private func caller(_ name: String, of slot: borrowing OwnedDescriptor) throws -> BPFProgram {
            try Assembly.load(
                name,
                Assembly.map(2, slot.raw) + Assembly.set(3, 0) + Assembly.call(12) + Assembly.set(0, 0) + Assembly.exit)
        }

        private func slot() throws -> OwnedDescriptor {
            try makeMap(BPF_MAP_TYPE_PROG_ARRAY, name: "calls", valueSize: 4, entries: 2)
        }

        @Test func `a chain is as long as it is, a circle has no end`() throws {
            let first = try slot(), second = try slot()
            let last = try Assembly.load("last", Assembly.set(0, 0) + Assembly.exit)
            #expect(try TailCallDepth.of(program: last.record.id) == .calls(0))
            let outer = try caller("outer", of: first), inner = try caller("inner", of: second)
            #expect(try TailCallDepth.of(program: outer.record.id) == .calls(0), "the array is empty")
            try put(first, bytes(0), bytes(UInt32(inner.descriptor.raw)))
            try put(first, bytes(1), bytes(UInt32(last.descriptor.raw)))
            try put(second, bytes(1), bytes(UInt32(last.descriptor.raw)))
            #expect(try TailCallDepth.of(program: outer.record.id) == .calls(2))
            try put(second, bytes(0), bytes(UInt32(outer.descriptor.raw)))
            #expect(
                try TailCallDepth.of(program: outer.record.id) == .circle([outer.record.id, inner.record.id]))
        }

        @Test func `the longest way counts, however often programs are met`() {
            // 1 → 2 … → 40, and from each a short cut to the end.
            let calls = Dictionary(
                uniqueKeysWithValues: (1...40 as ClosedRange<UInt32>).map { ($0, $0 == 40 ? [] : [40, $0 + 1]) })
            #expect(TailCallDepth.longest(from: 1, calls) == .calls(39))
            #expect(TailCallDepth.longest(from: 7, calls) == .calls(33))
            #expect(TailCallDepth.longest(from: 8, calls.merging([40: [38]]) { $1 }) == .circle([40, 38]))
        }
    }
}
