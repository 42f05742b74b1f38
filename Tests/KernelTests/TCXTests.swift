import CLibbpf
import Glibc
import Model
import TestSupport
import Testing

@testable import Kernel

extension BPFTests {
    /// What is attached at tcx, in its order.
    @Suite(.requires(.tcx)) struct TCX {
        let node: NetworkNamespace
        let netns: NamespaceIdentity
        let v0: UInt32

        init() throws {
            node = try NetworkNamespace.makeEmpty()
            try node.shell("set -e; ip link set lo up; ip link add v0 type veth peer name v1")
            netns = node.identity
            v0 = try node.index("v0")
        }

        /// `r0 = -1; exit`, another program every time.
        private func program(_ name: String) throws -> BPFProgram {
            var instructions = [bpf_insn(), bpf_insn()]
            instructions[0].code = 0xb7
            instructions[0].imm = -1
            instructions[1].code = 0x95
            let raw = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, name, "GPL", instructions, instructions.count, nil)
            return try BPFProgram(owning: OwnedDescriptor(owning: try checked("load", name, raw)))
        }

        private func type(_ direction: HookDirection) -> bpf_attach_type {
            bpf_attach_type(rawValue: TCXList.attachType(direction))
        }

        private func attach(_ program: borrowing BPFProgram, _ direction: HookDirection, flags: UInt32 = 0) throws {
            let (raw, type) = (program.descriptor.raw, type(direction))
            try node.run { () throws(KernelError) in
                _ = try checked("attach", "program", bpf_prog_attach(raw, CInt(v0), type, flags))
            }
        }

        private func link(_ program: borrowing BPFProgram, _ direction: HookDirection) throws -> OwnedDescriptor {
            let (raw, type) = (program.descriptor.raw, type(direction))
            return try node.run { () throws(KernelError) in
                OwnedDescriptor(owning: try checked("link", "program", bpf_link_create(raw, CInt(v0), type, nil)))
            }
        }

        private func list(_ direction: HookDirection = .ingress) throws -> TCXList {
            let v0 = v0
            return try #require(
                try node.run { () throws(KernelError) in try TCXList.read(ifindex: v0, direction: direction) })
        }

        @Test func `nothing attached is an empty list, no interface an error`() throws {
            #expect(try list().entries == [] && list(.egress).entries == [])
            let error = #expect(throws: KernelError.self) {
                try node.run { () throws(KernelError) in try TCXList.read(ifindex: 9999, direction: .ingress) }
            }
            #expect(error?.errno == .operationNotSupportedByDevice)
            #expect(try HookReader.hooks(in: node) == [])
        }

        @Test func `links and programs of both directions, in order`() throws {
            let one = try program("one")
            let two = try program("two")
            let three = try program("three")
            let first = try list().revision
            try attach(one, .ingress)
            let held = try link(two, .ingress)
            // BPF_F_BEFORE: in front of all.
            try attach(three, .ingress, flags: 1 << 3)
            try attach(one, .egress)
            let found = try list()
            #expect(found.entries.map(\.programID) == [three.record.id, one.record.id, two.record.id])
            #expect(found.entries.map { $0.linkID == nil } == [true, true, false])
            #expect(found.revision == first + 3)
            let hooks = try HookReader.hooks(in: node)
            #expect(hooks.map(\.program?.name) == ["three", "one", "two", "one"])
            #expect(hooks.map(\.direction) == [.ingress, .ingress, .ingress, .egress])
            #expect(hooks.compactMap(\.attachment?.position) == [0, 1, 2, 0])
            #expect(hooks.allSatisfy { $0.kind == .tcx && $0.interface == "v0" && $0.filter == nil })
            #expect(hooks[2].attachment?.linkID == found.entries[2].linkID)
            // The kernel's own other word for it.
            let shown = try node.shell("bpftool -j link show id \(found.entries[2].linkID ?? 0)")
            #expect(shown.contains("\"prog_id\":\(two.record.id)"))
            withExtendedLifetime(held.raw) {}
        }

        @Test func `more than fit into the first answer`() throws {
            var ids: [UInt32] = []
            for index in 0..<40 {
                let program = try program("p\(index)")
                try attach(program, .ingress)
                ids.append(program.record.id)
            }
            #expect(try list().entries.map(\.programID) == ids)
        }

        @Test func `a place is its link, or its program; gone is gone`() throws {
            let one = try program("one")
            let two = try program("two")
            try attach(one, .ingress)
            let hook = try #require(try HookReader.hooks(in: node).first)
            #expect(try current(hook)?.program?.id == one.record.id)
            try node.shell("ip link set v0 up")
            let (raw, type) = (one.descriptor.raw, type(.ingress))
            try node.run { () throws(KernelError) in
                _ = try checked("detach", "program", bpf_prog_detach2(raw, CInt(v0), type))
            }
            #expect(try current(hook) == nil)
            try attach(two, .ingress)
            // Another program is another place, unless it is known to have come for this one.
            #expect(try current(hook) == nil)
            #expect(try current(hook, two.record.id)?.program?.id == two.record.id)
            try node.shell("ip link del v0")
            #expect(try current(hook, two.record.id) == nil)
        }

        private func current(_ hook: Hook, _ replacement: UInt32? = nil) throws -> Hook? {
            try node.run { () throws(KernelError) in
                var socket = try NetlinkSocket()
                return try HookReader.current(hook, replacement: replacement, socket: &socket)
            }
        }
    }
}
