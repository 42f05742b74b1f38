import CLibbpf
import Glibc
import LabObjects
import Model
import TestSupport
import Testing

@testable import Kernel

extension BPFTests {
    /// Real maps, with the BTF that clang wrote and the kernel took.
    struct Layouts {
        private func object(_ image: migrate_lab_image, _ name: String) throws -> LoadedObject {
            try BPFObject(image: UnsafeRawBufferPointer(start: image.bytes, count: image.count), name: name).load()
        }

        /// A map's layout, read as `discover` reads it.
        private func layout(_ map: borrowing OwnedDescriptor) throws -> MapLayout? {
            var reader = BTFReader()
            return try reader.layout(of: try view(map))
        }

        @Test func `the lab's map is read as its header has it`() throws {
            let loaded = try object(migrate_lab_ambient_image, "ambient")
            let layout = try #require(try layout(try loaded.map("app_info")))
            #expect(layout.key?.typeName == "__be32" && layout.key?.members.map(\.meaning) == [.ipv4Address])
            let value = try #require(layout.value)
            #expect(value.typeName == "struct ambient_app")
            #expect(value.members.map(\.path) == ["ifindex", "mac_addr", "pads"])
            #expect(value.members.map(\.offset) == [0, 4, 10])
            #expect(value.members.map(\.meaning) == [.ifindex, .mac, nil])
        }

        @Test func `nested structs, unions, arrays, bitfields and gaps`() throws {
            let loaded = try object(migrate_lab_layouts_image, "layouts")
            let map = try loaded.map("lay_nested")
            let layout = try #require(try layout(map))
            let key = try #require(layout.key), value = try #require(layout.value)
            #expect(key.members.map(\.path) == ["family", "pad", "address"])
            #expect(key.members[2].typeName == "struct in6_addr" && key.members[2].meaning == .ipv6Address)
            #expect(
                value.members.map(\.path) == [
                    "address", "endpoint.ifindex", "endpoint.mac", "", "endpoint.zone", "endpoint.port", "",
                    "balance",
                    "enrolled", "", "verdict", "name", "table", "pairs[0].low", "pairs[0].high", "", "pairs[1].low",
                    "pairs[1].high", "", "seen", "whole", "half",
                ])
            #expect(value.members[2].typeName == "union layouts_mac" && value.members[2].meaning == .mac)
            let view = try view(map)
            #expect(value.size == view.record.valueSize && key.size == view.record.keySize)
            let address = try #require(IPAddress("fd00::4")).networkBytes
            var bytes: [UInt8] = [10, 9, 0, 4] + UInt32(300).hostBytes + [2, 0, 0, 0, 0, 4]
            bytes += [0xee, 0xee] + UInt16(5 | 8000 << 3).hostBytes + [0xee, 0xee] + Int16(-7).hostBytes + [1, 0xee]
            bytes += Int32(-1).hostBytes + Array("pod\0\0\0\0\0".utf8)
            bytes += (1...6 as ClosedRange<UInt32>).flatMap(\.hostBytes)
            bytes += UInt16(8).hostBytes + [9, 0xee] + UInt16(10).hostBytes + [11, 0xee]
            bytes += [UInt8](
                repeating: 0xee,
                count: try #require(value.members.first { $0.path == "seen" }.map { Int($0.offset) }) - bytes.count)
            bytes += UInt64(1 << 40).hostBytes + UInt64(1 << 32 | 5).hostBytes
            try put(map, [10, 0, 0, 0] + address, bytes)
            let entry = try #require(try view.samples(limit: 5).first)
            #expect(key.decode(entry.key).map(\.value) == ["10", "000000", "fd00::4"])
            #expect(
                value.decode(entry.value).map(\.value) == [
                    "10.9.0.4", "300", "02:00:00:00:00:04", "5", "8000", "-7", "true", "LAYOUTS_LOST", "pod",
                    "[1, 2, 3, 4, 5, 6]", "8", "9", "10", "11", "1099511627776", "4294967301", "5",
                ])
        }

        @Test func `prefixes, recent entries and values per processor`() throws {
            let loaded = try object(migrate_lab_layouts_image, "layouts")
            let prefixes = try loaded.map("lay_prefixes")
            try put(prefixes, UInt32(24).hostBytes + [10, 9, 0, 0], UInt32(7).hostBytes)
            let lpm = try #require(try layout(prefixes))
            let entry = try #require(try view(prefixes).samples(limit: 9).first)
            #expect(lpm.key?.decode(entry.key).map(\.value) == ["24", "10.9.0.0"])
            #expect(lpm.value?.decode(entry.value) == [.init(path: "", value: "7")])

            let recent = try loaded.map("lay_recent")
            #expect(try layout(recent)?.value?.typeName == "struct layouts_endpoint")

            let counts = try loaded.map("lay_counts")
            let processors = Int(libbpf_num_possible_cpus())
            let each = (0..<processors).flatMap {
                UInt32($0).hostBytes + UInt32(7).hostBytes + [UInt8](repeating: 0, count: 8)
            }
            try put(counts, UInt32(1).hostBytes, each)
            let perCPU = try #require(try view(counts).samples(limit: 9).first)
            #expect(perCPU.value.count == 16 * processors)
            let decoded = try #require(try layout(counts)?.value).decodePerCPU(perCPU.value)
            #expect(decoded.map { $0.map(\.value) } == (0..<processors).map { ["[\($0), 7, 0]"] })
        }

        @Test func `a map without BTF has no layout`() throws {
            let loaded = try object(migrate_lab_layouts_image, "layouts")
            #expect(try layout(try loaded.map("lay_untyped")) == nil)
            let made = try makeMap(BPF_MAP_TYPE_HASH, entries: 4)
            #expect(try layout(made) == nil)
        }

        @Test func `samples end at their limit, and come once`() throws {
            let made = try makeMap(BPF_MAP_TYPE_HASH, entries: 100)
            for number in 0..<UInt32(100) { try put(made, bytes(number), [UInt8](repeating: 1, count: 12)) }
            let map = try view(made)
            #expect(try map.samples(limit: 10).count == 10)
            #expect(Set(try map.samples(limit: 1_000)) == Set(try map.entries()))
            let queue = try makeMap(BPF_MAP_TYPE_QUEUE, keySize: 0, valueSize: 8, entries: 4)
            let other = try view(queue)
            #expect(throws: KernelError.self) { try other.samples(limit: 1) }
        }

        @Test func `the kernel's own BTF is read whole`() throws {
            var reader = BTFReader()
            let clock = ContinuousClock()
            var types = 0
            let took = try clock.measure { types = try reader.kernelTypes().typeCount }
            print("vmlinux BTF: \(types) types read and checked in \(took)")
            #expect(types > 10_000)
            #expect(took < .seconds(60))
            let btf = try reader.kernelTypes()
            var layouts = 0, refused: [String: Int] = [:]
            // Every seventh type: structs that hold thousands of members are refused, and nothing else is.
            for id in stride(from: UInt32(1), through: UInt32(types), by: 7) {
                do {
                    _ = try btf.layout(of: id)
                    layouts += 1
                } catch { refused[error.reason.filter { !$0.isNumber }, default: 0] += 1 }
            }
            print("layouts: \(layouts); refused: \(refused)")
            #expect(layouts > 1_000)
        }
    }
}
