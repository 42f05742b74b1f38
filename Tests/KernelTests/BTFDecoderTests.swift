import Model
import Testing

@testable import Kernel

/// Blobs made by hand; no root.
@Suite struct BTFDecoderTests {
    private func layout(_ build: (inout BTFBlob) -> UInt32) throws -> TypeLayout {
        var blob = BTFBlob()
        let id = build(&blob)
        return try BTF(blob.bytes()).layout(of: id)
    }

    /// What the blob or the layout of its last type is refused with.
    private func refusal(_ build: (inout BTFBlob) -> UInt32) -> String? {
        do {
            _ = try layout(build)
            return nil
        } catch { return "\(error)" }
    }

    @Test func `every kind is read, and every type of the blob`() throws {
        let btf = try BTF(BTFBlob.ofEveryKind())
        var kinds: Set<BTFKind> = []
        try btf.bytes.withSpan { (span) throws(BTFFault) in
            for id in 1...UInt32(btf.typeCount) { kinds.insert(try btf.type(id, in: span).kind) }
        }
        #expect(kinds == Set(BTFKind.allCases))
    }

    @Test func `nested members have paths, offsets and their own types' names`() throws {
        let layout = try layout { blob in
            let u8 = blob.integer("__u8", bytes: 1), u32 = blob.integer("__u32", bytes: 4)
            let be32 = blob.add(.typedef, "__be32", u32), mac = blob.array(of: u8, 6)
            let inner = blob.structure("endpoint", bytes: 12, [("ifindex", u32, 0), ("mac", mac, 32)])
            return blob.structure("value", bytes: 20, [("address", be32, 0), ("endpoint", inner, 32)])
        }
        #expect(layout.typeName == "struct value" && layout.size == 20)
        #expect(layout.members.map(\.path) == ["address", "endpoint.ifindex", "endpoint.mac", "", ""].dropLast())
        #expect(layout.members.map(\.offset) == [0, 4, 8, 14])
        #expect(layout.members.map(\.size) == [4, 4, 6, 6])
        #expect(layout.members.map(\.kind) == [.unsigned, .unsigned, .bytes, .padding])
        #expect(layout.members[0].typeName == "__be32" && layout.members[2].typeName == "__u8[6]")
        #expect(layout.members.map(\.meaning) == [.ipv4Address, .ifindex, .mac, nil])
        let bytes: [UInt8] = [10, 9, 0, 4, 7, 0, 0, 0, 2, 0, 0, 0, 0, 4, 1, 1, 1, 1, 1, 1]
        #expect(
            layout.decode(bytes) == [
                .init(path: "address", value: "10.9.0.4"), .init(path: "endpoint.ifindex", value: "7"),
                .init(path: "endpoint.mac", value: "02:00:00:00:00:04"),
            ])
        #expect(layout.decode(Array(bytes.prefix(9))).map(\.path) == ["address", "endpoint.ifindex"])
        #expect(layout.decode([]).isEmpty)
    }

    @Test func `bitfields of both forms are read`() throws {
        let layout = try layout { blob in
            let u16 = blob.integer("__u16", bytes: 2), three = blob.integer("three", bytes: 2, bits: 3)
            let new = blob.structure("new", bytes: 2, [("a", u16, 3 << 24), ("b", u16, 13 << 24 | 3)], flag: true)
            let old = blob.structure("old", bytes: 2, [("c", three, 1), ("d", three, 9)])
            return blob.structure("both", bytes: 4, [("new", new, 0), ("old", old, 16)])
        }
        #expect(layout.members.map(\.kind) == [.bitfield, .bitfield, .bitfield, .bitfield])
        #expect(layout.decode([0b1010_1101, 0xff, 0b0000_1010, 0b0000_0110]).map(\.value) == ["5", "8181", "5", "3"])
    }

    @Test func `short arrays of structs are spelt out, long ones kept as bytes`() throws {
        func elements(_ count: UInt32) throws -> TypeLayout {
            try layout { blob in
                let u16 = blob.integer("__u16", bytes: 2)
                let pair = blob.structure("pair", bytes: 4, [("low", u16, 0), ("high", u16, 16)])
                return blob.structure("list", bytes: 4 * count, [("pairs", blob.array(of: pair, count), 0)])
            }
        }
        #expect(
            try elements(2).members.map(\.path) == ["pairs[0].low", "pairs[0].high", "pairs[1].low", "pairs[1].high"])
        #expect(try elements(17).members.map(\.kind) == [.opaque])
        #expect(try elements(17).members.map(\.size) == [68])
    }

    @Test func `types that hold one another, or themselves, are refused at once`() throws {
        // Two structs that hold each other; ids are given in order, so the first may name the second.
        let circle = refusal { blob in
            _ = blob.structure("a", bytes: 4, [("b", 2, 0)])
            return blob.structure("b", bytes: 4, [("a", 1, 0)])
        }
        #expect(circle?.contains("holds itself") == true)
        #expect(refusal { $0.add(.typedef, "t", 1) }?.contains("without end") == true)
        #expect(refusal { $0.array(of: 1, 2) }?.contains("without end") == true)
        // 2^31 parts without one byte among them.
        let doubling = refusal { blob in
            var id = blob.structure("s", bytes: 4, [])
            for _ in 0..<31 { id = blob.structure("s", bytes: 4, [("a", id, 0), ("b", id, 0)]) }
            return id
        }
        #expect(doubling?.contains("parts") == true)
        let pointers = refusal { blob in
            _ = blob.add(.pointer, "", 1)
            return blob.structure("s", bytes: 8, [("p", 1, 0)])
        }
        #expect(pointers?.contains("no end") == true)
    }

    @Test func `sizes that cannot be are refused`() {
        #expect(refusal { $0.array(of: $0.integer("u", bytes: 4), .max) }?.contains("4 GB") == true)
        #expect(refusal { $0.array(of: $0.integer("u", bytes: 1), .max) }?.contains("bytes") == true)
        #expect(refusal { $0.structure("s", bytes: 2, [("a", $0.integer("u", bytes: 4), 0)]) } != nil)
        #expect(refusal { $0.structure("s", bytes: 4, [("a", $0.integer("u", bytes: 4), 64)]) } != nil)
        #expect(refusal { $0.structure("s", bytes: 4, [("a", 99, 0)]) }?.contains("refers to type 99") == true)
        #expect(refusal { $0.structure("s", bytes: 4, [("a", 0, 0)]) }?.contains("void") == true)
        #expect(refusal { $0.integer("u", bytes: 3) } != nil)
        #expect(refusal { $0.integer("u", bytes: 1, bits: 9) } != nil)
        #expect(refusal { $0.structure("s", bytes: 0, []) } != nil)
        #expect(refusal { $0.add(.forward, "f") }?.contains("no size") == true)
    }

    @Test func `headers that lie are refused`() throws {
        let good = BTFBlob.ofEveryKind()
        #expect(throws: Never.self) { try BTF(good) }
        func changed(_ offset: Int, _ word: UInt32) -> [UInt8] {
            var bytes = good
            bytes.replaceSubrange(offset..<offset + 4, with: word.hostBytes)
            return bytes
        }
        for bytes in [
            [], Array(good.prefix(10)), Array(good.dropLast()), changed(0, 0x0001_9feb), changed(0, 0),
            changed(0, 0x0002_eb9f), changed(4, 0), changed(4, .max), changed(8, .max), changed(12, .max),
            changed(16, 0), changed(20, .max), changed(20, 0), changed(12, 4),
        ] {
            let error = #expect(throws: BTFFault.self) { try BTF(bytes) }
            #expect(error?.description.isEmpty == false)
        }
    }

    @Test func `names and kinds that are not there are refused`() {
        var blob = BTFBlob()
        _ = blob.integer("u", bytes: 4)
        var bytes = blob.bytes()
        bytes.replaceSubrange(24..<28, with: UInt32(1000).hostBytes)
        #expect(throws: BTFFault.self) { try BTF(bytes) }
        bytes = blob.bytes()
        bytes[31] = 31
        let error = #expect(throws: BTFFault.self) { try BTF(bytes) }
        #expect(error?.type == 1)
    }
}
