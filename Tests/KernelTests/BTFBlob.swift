@testable import Kernel

/// BTF made by hand, good or bad.
struct BTFBlob {
    private(set) var types: [UInt8] = []
    private(set) var strings: [UInt8] = [0]
    /// Types so far: the last one's id.
    private var made: UInt32 = 0

    mutating func name(_ text: String) -> UInt32 {
        if text.isEmpty { return 0 }
        defer { strings += Array(text.utf8) + [0] }
        return UInt32(strings.count)
    }

    /// One `struct btf_type` and the words behind it; returns its id.
    @discardableResult
    mutating func add(
        _ kind: BTFKind, _ text: String = "", _ sizeOrType: UInt32 = 0, count: UInt32 = 0, flag: Bool = false,
        _ words: UInt32...
    ) -> UInt32 {
        add(kind, text, sizeOrType, count: count, flag: flag, words: words)
    }

    @discardableResult
    mutating func add(
        _ kind: BTFKind, _ text: String, _ sizeOrType: UInt32, count: UInt32, flag: Bool, words: [UInt32]
    ) -> UInt32 {
        let info = UInt32(kind.rawValue) << 24 | count & 0xffff | (flag ? 1 << 31 : 0)
        for word in [name(text), info, sizeOrType] + words { types += word.hostBytes }
        made += 1
        return made
    }

    mutating func integer(_ text: String, bytes: UInt32, encoding: UInt32 = 0, bits: UInt32? = nil) -> UInt32 {
        add(.int, text, bytes, encoding << 24 | (bits ?? 8 * bytes))
    }

    mutating func array(of element: UInt32, _ elements: UInt32) -> UInt32 {
        add(.array, "", 0, element, element, elements)
    }

    /// - Parameter members: name, type, offset in bits.
    mutating func structure(
        _ text: String, bytes: UInt32, _ members: [(String, UInt32, UInt32)], kind: BTFKind = .structure,
        flag: Bool = false
    ) -> UInt32 {
        let words = members.flatMap { [name($0.0), $0.1, $0.2] }
        return add(kind, text, bytes, count: UInt32(members.count), flag: flag, words: words)
    }

    /// The whole blob.
    func bytes() -> [UInt8] {
        let header: [UInt8] = UInt16(0xeb9f).hostBytes + [1, 0] + UInt32(24).hostBytes
        let sections: [UInt32] = [0, UInt32(types.count), UInt32(types.count), UInt32(strings.count)]
        return header + sections.flatMap(\.hostBytes) + types + strings
    }

    /// Every kind there is, as a base for mutations.
    static func ofEveryKind() -> [UInt8] {
        var blob = BTFBlob()
        let u8 = blob.integer("__u8", bytes: 1), u32 = blob.integer("__u32", bytes: 4)
        let char = blob.integer("char", bytes: 1, encoding: 1)
        let be32 = blob.add(.typedef, "__be32", u32)
        let mac = blob.array(of: u8, 6), text = blob.array(of: char, 8)
        let const = blob.add(.const, "", be32), volatile = blob.add(.volatile, "", const)
        blob.add(.restrict, "", blob.add(.pointer, "", volatile))
        blob.add(.forward, "nobody")
        let verdict = blob.add(.enumeration, "verdict", 4, count: 2, blob.name("A"), 1, blob.name("B"), 2)
        let wide = blob.add(.enumeration64, "wide", 8, count: 1, blob.name("C"), 0, 1)
        let real = blob.add(.float, "double", 8)
        let inner = blob.structure("inner", bytes: 12, [("ifindex", u32, 0), ("mac", mac, 32), ("bits", u8, 80)])
        let both = blob.structure("both", bytes: 16, [("whole", blob.array(of: u8, 16), 0)], kind: .union)
        let outer = blob.structure(
            "outer", bytes: 80,
            [
                ("address", volatile, 0), ("inner", inner, 32), ("name", text, 128), ("verdict", verdict, 192),
                ("wide", wide, 256), ("real", real, 320), ("six", both, 384), ("list", blob.array(of: inner, 1), 512),
            ])
        blob.add(.typeTag, "user", outer)
        let prototype = blob.add(.functionPrototype, "", u32, count: 2, blob.name("x"), u32, 0, 0)
        blob.add(.function, "call", prototype, count: 1)
        let variable = blob.add(.variable, "counter", u32, 1)
        blob.add(.dataSection, ".data", 4, count: 1, variable, 0, 4)
        blob.add(.declarationTag, "tag", outer, 0)
        return blob.bytes()
    }
}
