import CLibbpf
import Foundation
import Glibc
import LabObjects
import TestSupport
import Testing

@testable import Kernel
@testable import Model

extension BPFTests {
    /// What a foreign program may do, read off its instructions as the verifier left them.
    struct PurityTests {
        private func inspect(_ program: borrowing BPFProgram, known: Set<UInt32> = []) throws -> ProgramPurity {
            try ProgramPurity.inspect(program: program.record.id, known: known)
        }

        private func id(_ map: borrowing OwnedDescriptor) throws -> UInt32 { try view(map).record.id }

        @Test func `the lab's programs are pure, with the maps of their profile`() throws {
            let images = [
                (migrate_lab_ambient_image.bytes, migrate_lab_ambient_image.count, "ztunnel_host_ingress"),
                (migrate_lab_fabric_image.bytes, migrate_lab_fabric_image.count, "fabric_forward"),
            ]
            for (bytes, count, name) in images {
                let object = try BPFObject(image: UnsafeRawBufferPointer(start: bytes, count: count), name: "lab")
                    .load()
                let program = try BPFProgram(owning: try object.program(name))
                let known = Set(program.record.mapIDs)
                #expect(try inspect(program, known: known).impurities == [])
                // None but maps that are only looked up in; an LRU map is written to by a lookup, for it marks the entry.
                let refused = try inspect(program).impurities
                #expect(refused.isEmpty == (name == "ztunnel_host_ingress"), "\(refused)")
            }
        }

        @Test func `our own replacement counts, and so is not pure`() throws {
            let program = try ReplacementObject.load(Configurations.make())
            let impurities = try inspect(program).impurities
            #expect(impurities.count == 1 && impurities[0].contains("(outcomes)"), "\(impurities)")
        }

        @Test func `a helper that is not on the list is named`() throws {
            let map = try makeMap(BPF_MAP_TYPE_HASH, valueSize: 8, entries: 4)
            let program = try Assembly.load(
                "updates",
                Assembly.lookup(map.raw) + Assembly.store(10, -4, 0) + Assembly.copy(2, from: 10)
                    + Assembly.add(2, -4) + Assembly.set(5, 0) + Assembly.store(10, -16, from: 5)
                    + Assembly.copy(3, from: 10) + Assembly.add(3, -16) + Assembly.set(4, 0)
                    + Assembly.map(1, map.raw) + Assembly.call(2) + Assembly.set(0, 0) + Assembly.exit)
            let impurities = try inspect(program, known: [try id(map)]).impurities
            let title = "program \(program.record.id) (updates)"
            #expect(
                impurities == ["\(title) calls htab_map_update_elem", "\(title) writes to map \(try id(map)) (test)"])
        }

        @Test func `a helper that sends a copy of the packet is named`() throws {
            let program = try Assembly.load(
                "clones",
                Assembly.set(2, 1) + Assembly.set(3, 0) + Assembly.call(13) + Assembly.set(0, 0) + Assembly.exit)
            #expect(try inspect(program).impurities.map { $0.suffix(20) } == ["s bpf_clone_redirect"])
        }

        /// One after the other: what is behind the lookup, and whether it writes.
        @Test func `a store through a value's address is a write, a load is none`() throws {
            for type in [BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_PERCPU_ARRAY] {
                let map = try makeMap(type, valueSize: 8, entries: 1)
                let number = try id(map)
                let reads =
                    Assembly.lookup(map.raw) + Assembly.skipIfZero(0, 1) + Assembly.load(6, from: 0, 0)
                    + Assembly.set(0, 0) + Assembly.exit
                #expect(try inspect(try Assembly.load("reads", reads)).impurities == [], "type \(type.rawValue)")
                let writes =
                    Assembly.lookup(map.raw) + Assembly.skipIfZero(0, 2) + Assembly.set(6, 1)
                    + Assembly.store(0, 0, from: 6) + Assembly.set(0, 0) + Assembly.exit
                let program = try Assembly.load("writes", writes)
                for known in [[], [number]] as [Set<UInt32>] {
                    #expect(
                        try inspect(program, known: known).impurities
                            == ["program \(program.record.id) (writes) writes to map \(number) (test)"],
                        "type \(type.rawValue)")
                }
            }
        }

        /// The kernel marks an entry of an LRU map in just these words; a program that says them itself writes.
        @Test func `a store that looks like the kernel's own mark is a write`() throws {
            for type in [BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_ARRAY] {
                let map = try makeMap(type, valueSize: 8, entries: 1)
                let number = try id(map)
                let looks =
                    Assembly.lookup(map.raw) + Assembly.skipIfZero(0, 4) + Assembly.loadByte(1, from: 0, 0)
                    + Assembly.skipUnless(1, is: 0, 1) + Assembly.storeByte(0, 0, 1) + Assembly.add(0, 4)
                    + Assembly.set(0, 0) + Assembly.exit
                let program = try Assembly.load("seen", looks)
                #expect(
                    try inspect(program, known: [number]).impurities
                        == ["program \(program.record.id) (seen) writes to map \(number) (test)"],
                    "type \(type.rawValue)")
            }
        }

        @Test func `a value's address is followed over the stack and other registers`() throws {
            let map = try makeMap(BPF_MAP_TYPE_HASH, valueSize: 8, entries: 1)
            let program = try Assembly.load(
                "spills",
                Assembly.lookup(map.raw) + Assembly.skipIfZero(0, 6) + Assembly.store(10, -16, from: 0)
                    + Assembly.set(0, 0) + Assembly.load(7, from: 10, -16) + Assembly.copy(8, from: 7)
                    + Assembly.set(6, 1) + Assembly.store(8, 0, from: 6) + Assembly.set(0, 0) + Assembly.exit)
            let impurities = try inspect(program).impurities
            #expect(impurities.count == 1 && impurities[0].contains("(spills) writes to map"), "\(impurities)")
        }

        @Test func `a helper that fills a value is a write, one that copies from it is none`() throws {
            let map = try makeMap(BPF_MAP_TYPE_HASH, valueSize: 8, entries: 1)
            func program(_ name: String, _ helper: Int32, flags: [bpf_insn]) throws -> BPFProgram {
                try Assembly.load(
                    name,
                    Assembly.copy(6, from: 1) + Assembly.lookup(map.raw)
                        + Assembly.skipIfZero(0, Int16(5 + flags.count)) + Assembly.copy(3, from: 0)
                        + Assembly.copy(1, from: 6) + Assembly.set(2, 0) + Assembly.set(4, 6) + flags
                        + Assembly.call(helper) + Assembly.set(0, 0) + Assembly.exit)
            }
            // BPF_FUNC_skb_load_bytes, BPF_FUNC_skb_store_bytes.
            let fills = try inspect(try program("fills", 26, flags: [])).impurities
            #expect(fills.count == 1 && fills[0].contains("(fills) writes to map"), "\(fills)")
            #expect(try inspect(try program("copies", 9, flags: Assembly.set(5, 0))).impurities == [])
        }

        @Test func `what a tail call may reach is looked at, however far`() throws {
            let first = try makeMap(BPF_MAP_TYPE_PROG_ARRAY, valueSize: 4, entries: 8)
            let second = try makeMap(BPF_MAP_TYPE_PROG_ARRAY, valueSize: 4, entries: 8)
            func calling(_ name: String, _ array: CInt) throws -> BPFProgram {
                try Assembly.load(
                    name,
                    Assembly.map(2, array) + Assembly.set(3, 5) + Assembly.call(12) + Assembly.set(0, 0)
                        + Assembly.exit)
            }
            let outer = try calling("outer", first.raw), inner = try calling("inner", second.raw)
            #expect(try inspect(outer).impurities == [])
            try put(first, bytes(5), bytes(UInt32(bitPattern: inner.descriptor.raw)))
            // In a circle, too.
            try put(second, bytes(0), bytes(UInt32(bitPattern: outer.descriptor.raw)))
            #expect(try inspect(outer).programs.map(\.name).sorted() == ["inner", "outer"])
            let clones = try Assembly.load(
                "clones",
                Assembly.set(2, 1) + Assembly.set(3, 0) + Assembly.call(13) + Assembly.set(0, 0) + Assembly.exit)
            try put(second, bytes(5), bytes(UInt32(bitPattern: clones.descriptor.raw)))
            let impurities = try inspect(outer).impurities
            #expect(impurities == ["program \(clones.record.id) (clones) calls bpf_clone_redirect"])
        }

        @Test func `maps of other kinds are refused by name`() throws {
            let map = try makeMap(BPF_MAP_TYPE_LRU_HASH, name: "recent", valueSize: 8, entries: 4)
            let program = try Assembly.load(
                "recent", Assembly.lookup(map.raw) + Assembly.set(0, 0) + Assembly.exit)
            let number = try id(map)
            #expect(
                try inspect(program).impurities == [
                    "program \(program.record.id) (recent) uses map \(number) (recent), a lru_hash, which is none of the profile's"
                ])
            #expect(try inspect(program, known: [number]).impurities == [])
        }

        /// A name that no kernel has would never fit, and would say that something is allowed which is not.
        @Test func `every helper of the list has its name in uapi, and its function in this kernel`() throws {
            let header = try String(contentsOfFile: "/usr/include/linux/bpf.h", encoding: .utf8)
            let symbols = Set(
                try shell("cut -d ' ' -f 3 /proc/kallsyms | cut -f 1").split(separator: "\n").map(String.init))
            for helper in PureHelpers.all {
                #expect(
                    header.contains("FN(\(helper.name)") || header.contains("BPF_FUNC_\(helper.name)"), "\(helper.name)"
                )
                if helper.name == "tail_call" { continue }
                #expect(helper.symbols.contains(where: symbols.contains), "\(helper.name): \(helper.symbols)")
            }
        }
    }
}
