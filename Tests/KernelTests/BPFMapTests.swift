import CLibbpf
import Glibc
import Model
import Testing
import TestSupport

@testable import Kernel

extension BPFTests {
    struct Maps {
        private func filled(_ count: UInt32, type: bpf_map_type = BPF_MAP_TYPE_HASH) throws -> OwnedDescriptor {
            let map = try makeMap(type, entries: max(count, 1))
            for number in 0..<count { try put(map, bytes(number), bytes(number &* 7) + bytes(~number) + [1, 2, 3, 4]) }
            return map
        }

        @Test(arguments: [0, 1, 4_096, 5_000] as [UInt32])
        func `batches and walking read the same, and everything`(_ count: UInt32) throws {
            let made = try filled(count)
            let map = try view(made)
            let batched = try map.batchedEntries()
            #expect(batched.count == Int(count))
            #expect(Set(batched) == Set(try map.walkedEntries()))
            #expect(Set(batched) == Set(try map.entries()))
            #expect(Set(batched.map(\.key)) == Set((0..<count).map(bytes)))
            #expect(batched.allSatisfy { $0.mapID == map.record.id && $0.value.suffix(4) == [1, 2, 3, 4] })
        }

        @Test func `an array is read by batches too`() throws {
            let made = try filled(5_000, type: BPF_MAP_TYPE_ARRAY)
            let map = try view(made)
            #expect(try map.batchedEntries().map(\.key) == (0..<5_000).map(bytes))
            #expect(Set(try map.batchedEntries()) == Set(try map.walkedEntries()))
        }

        @Test func `a map that knows no batches is walked`() throws {
            let made = try makeMap(BPF_MAP_TYPE_DEVMAP_HASH, valueSize: 4, entries: 5_000)
            for number in 0..<UInt32(5_000) { try put(made, bytes(number), bytes(1)) }
            let map = try view(made)
            var cursor = EntryCursor()
            _ = try map.next(&cursor)
            #expect(cursor.isWalking)
            #expect(Set(try map.entries().map(\.key)) == Set((0..<5_000).map(bytes)))
        }

        /// The kernel writes a value for each processor, or there are no keys: more than the buffers hold.
        @Test(
            arguments: [
                (BPF_MAP_TYPE_PERCPU_ARRAY, 4), (BPF_MAP_TYPE_PERCPU_HASH, 4), (BPF_MAP_TYPE_LRU_PERCPU_HASH, 4),
                (BPF_MAP_TYPE_QUEUE, 0), (BPF_MAP_TYPE_STACK, 0),
            ] as [(bpf_map_type, UInt32)])
        func `maps whose values are not as wide as they say are refused`(_ type: bpf_map_type, keySize: UInt32) throws {
            let made = try makeMap(type, keySize: keySize, valueSize: 256, entries: 64)
            let processors = Int(libbpf_num_possible_cpus())
            if keySize > 0 { try put(made, bytes(1), [UInt8](repeating: 7, count: 256 * processors)) }
            let map = try view(made)
            let isPlain = map.isPlain
            #expect(!isPlain)
            let error = #expect(throws: KernelError.self) { try map.entries() }
            #expect(error?.detail?.hasPrefix("maps of type ") == true)
        }

        @Test func `keys as wide as an IPv6 address come back whole`() throws {
            let made = try makeMap(BPF_MAP_TYPE_HASH, keySize: 16, valueSize: 20, entries: 600)
            for number in 0..<UInt32(600) {
                try put(
                    made, [0xfd] + [UInt8](repeating: 0, count: 11) + bytes(number), [UInt8](repeating: 9, count: 20))
            }
            let map = try view(made)
            #expect(Set(try map.entries()) == Set(try map.walkedEntries()))
            #expect(try map.entries().count == 600)
        }

        @Test func `one value by its key`() throws {
            let made = try filled(3)
            let map = try view(made)
            #expect(try map.value(of: bytes(2)) == bytes(14) + bytes(~2) + [1, 2, 3, 4])
            #expect(try map.value(of: bytes(3)) == nil)
            let error = #expect(throws: KernelError.self) { try map.value(of: [1]) }
            #expect(error?.detail == "the key has 1 bytes, not 4")
        }

        @Test func `the record says what the kernel says, and the id opens it again, read-only`() throws {
            let made = try makeMap(BPF_MAP_TYPE_HASH, name: "app_info", entries: 1_024)
            let record = try view(made).record
            #expect(record.name == "app_info")
            #expect(record.typeName == "hash")
            #expect([record.keySize, record.valueSize, record.maxEntries] == [4, 12, 1_024])
            #expect(try BPFMap.ids().contains(record.id))
            let again = try BPFMap(id: record.id)
            #expect(again.record == record)
            #expect(bpf_map_update_elem(again.descriptor.raw, bytes(1), [UInt8](repeating: 0, count: 12), 0) == -EPERM)
        }

        @Test func `an id nobody has is ENOENT`() throws {
            let error = #expect(throws: KernelError.self) { _ = try BPFMap(id: 0x7fff_fff0) }
            #expect(error?.errno == .noSuchFileOrDirectory)
        }

        @Test func `per-CPU counters are summed, other maps refused`() throws {
            let made = try makeMap(BPF_MAP_TYPE_PERCPU_ARRAY, valueSize: 8, entries: 3)
            let processors = Int(libbpf_num_possible_cpus())
            try put(made, bytes(1), (0..<processors).flatMap { _ in bytes(5) + bytes(0) })
            #expect(try view(made).perCPUSums() == [0, UInt64(5 * processors), 0])
            let plain = try filled(1)
            #expect(throws: KernelError.self) { try view(plain).perCPUSums() }
        }
    }
}
