import BPFObjects
import CLibbpf
import Model
import Testing
import TestSupport

@testable import Kernel

extension BPFTests {
    struct ReplacementObjects {
        private func maps(of program: borrowing BPFProgram) throws -> [MapRecord] {
            var records: [MapRecord] = []
            for id in program.record.mapIDs { records.append(try BPFMap(id: id).record) }
            return records
        }

        @Test func `the digest is 64 hexadecimal digits`() {
            #expect(ReplacementObject.digest.count == 64)
            #expect(ReplacementObject.digest.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        }

        @Test(arguments: Set([KernelTraits.comparesLinkTypes, false])) func `on-link refers to no map of addresses`(
            _ readsDevice: Bool
        ) throws {
            let program = try ReplacementObject.load(Configurations.make(readsDevice: readsDevice))
            let kinds = Set(try maps(of: program).map(\.typeName))
            #expect(kinds == ["array", "percpu_array"], "constants and counters")
            #expect(program.record.reference.name == "fib_redirect")
            #expect(program.record.type == ProgramRecord.schedCls)
            #expect(ReplacementObject.isOurs(program.record.reference))
        }

        @Test func `legacy-keys refers to exactly the legacy map`() throws {
            let legacy = try makeMap(BPF_MAP_TYPE_HASH, name: "app_info", entries: 1_024)
            let id = try view(legacy).record.id
            let program = try ReplacementObject.load(
                Configurations.make(.legacyKeys, keys: [.init(mapID: id, layout: Configurations.ipv4Key)]))
            #expect(try maps(of: program).filter { $0.typeName == "hash" }.map(\.id) == [id])
            #expect(program.record.reference.name == "fib_redirect_ke")
            #expect(ReplacementObject.isOurs(program.record.reference))
        }

        @Test func `legacy-keys without a map, and too many denied interfaces, are refused`() throws {
            let keys = #expect(throws: KernelError.self) {
                _ = try ReplacementObject.load(Configurations.make(.legacyKeys))
            }
            #expect(keys?.code == .refused)
            let many = #expect(throws: KernelError.self) {
                _ = try ReplacementObject.load(Configurations.make(denied: Array(1...257)))
            }
            #expect(many?.detail == "257 interfaces to deny, 256 fit")
            _ = try ReplacementObject.load(Configurations.make(denied: Array(1...256)))
        }

        @Test func `the verifier's last words are in the error`() throws {
            // A map of descriptors, which no program may look into.
            let events = try makeMap(BPF_MAP_TYPE_PERF_EVENT_ARRAY, valueSize: 4, entries: 1)
            let id = try view(events).record.id
            let error = #expect(throws: KernelError.self) {
                _ = try ReplacementObject.load(
                    Configurations.make(.legacyKeys, keys: [.init(mapID: id, layout: Configurations.ipv4Key)]))
            }
            #expect(error?.operation == "load")
            let detail = try #require(error?.detail)
            #expect(detail.contains("cannot pass map_type"), "\(detail)")
            #expect(detail.contains("processed "), "the verifier's last line: \(detail)")
        }

        @Test func `an image that is no object is refused with libbpf's words`() throws {
            let noise = [UInt8](repeating: 7, count: 512)
            let error = #expect(throws: KernelError.self) {
                try noise.withUnsafeBytes { _ = try BPFObject(image: $0, name: "noise") }
            }
            #expect(error?.subject == "object noise")
            #expect(error?.detail?.isEmpty == false)
        }

        @Test func `names the object does not have are refused`() throws {
            func object() throws -> BPFObject {
                let image = UnsafeRawBufferPointer(
                    start: migrate_fib_redirect_image.bytes, count: migrate_fib_redirect_image.count)
                return try BPFObject(image: image, name: "fib_redirect")
            }
            #expect(throws: KernelError.self) { try object().select(programs: ["nothing"]) }
            #expect(throws: KernelError.self) { try object().leaveOut(map: "nothing") }
            let error = #expect(throws: KernelError.self) { try object().setConstants(UInt32(1)) }
            #expect(error?.detail == "\(MemoryLayout<migrate_config>.size) bytes there, 4 given")
        }

        @Test func `a program is gone when nothing holds it`() throws {
            let id: UInt32
            do {
                let program = try ReplacementObject.load(Configurations.make())
                id = program.record.id
                #expect(BPFProgram.exists(id: id))
                #expect(try BPFProgram.ids().contains(id))
                #expect(try BPFProgram(id: id).record.reference.tag.count == 16)
            }
            // The kernel frees programs after an RCU grace period, the id goes at once.
            #expect(!BPFProgram.exists(id: id))
        }
    }

    struct Features {
        @Test(.requires(.linktypes)) func `this kernel skips the neighbor and reads devices`() throws {
            let empty = try NetworkNamespace.makeEmpty()
            let features = try empty.run { () throws(KernelError) in try RedirectFeatures.probe() }
            #expect(features.skipsNeighbor)
            #expect(features.readsDevice)
            #expect(features.reasons.isEmpty)
        }
    }
}
