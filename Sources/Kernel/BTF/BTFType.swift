/// `BTF_KIND_*` (include/uapi/linux/btf.h).
enum BTFKind: UInt8, Sendable, CaseIterable {
    case int = 1
    case pointer, array, structure, union, enumeration, forward, typedef, volatile, const, restrict, function
    case functionPrototype, variable, dataSection, float, declarationTag, typeTag, enumeration64

    /// Bytes that follow `struct btf_type`, given the number of its elements.
    func trailing(_ count: Int) -> Int {
        switch self {
        case .int, .variable, .declarationTag: 4
        case .array: 12
        case .structure, .union, .dataSection, .enumeration64: 12 * count
        case .enumeration, .functionPrototype: 8 * count
        case .pointer, .forward, .typedef, .volatile, .const, .restrict, .function, .float, .typeTag: 0
        }
    }

    /// Whether it only gives another type a name or a qualifier.
    var isModifier: Bool {
        switch self {
        case .typedef, .volatile, .const, .restrict, .typeTag: true
        default: false
        }
    }

    /// Whether `struct btf_type` holds the type it refers to, and not a size.
    var refers: Bool {
        switch self {
        case .pointer, .function, .functionPrototype, .variable, .declarationTag: true
        default: isModifier
        }
    }
}

/// `struct btf_type` with the place of what follows it.
struct BTFType: Sendable {
    var id: UInt32
    var name: UInt32
    var kind: BTFKind
    /// `vlen`: elements that follow.
    var count: Int
    /// `kind_flag`: in a struct member offsets hold bitfield sizes; in an enumeration values are signed.
    var flag: Bool
    var sizeOrType: UInt32
    /// Offset in the blob of what follows.
    var trailing: Int

    /// Bytes of `struct btf_type`.
    static let headerSize = 12

    /// - Parameter offset: of the record in the blob.
    init(_ bytes: RawSpan, at offset: Int, id: UInt32) throws(BTFFault) {
        let info = try bytes.word(at: offset + 4)
        guard let kind = BTFKind(rawValue: UInt8(info >> 24 & 0x1f)) else {
            throw BTFFault("kind \(info >> 24 & 0x1f) is not known", type: id)
        }
        self.id = id
        self.kind = kind
        name = try bytes.word(at: offset)
        count = Int(info & 0xffff)
        flag = info >> 31 == 1
        sizeOrType = try bytes.word(at: offset + 8)
        trailing = offset + Self.headerSize
    }
}

/// `struct btf_member`, with the bits of its offset taken apart.
struct BTFMember {
    var name: UInt32
    var type: UInt32
    /// From the start of the struct or union.
    var bitOffset: UInt32
    /// 0 where it is no bitfield, or where the member's own type says how wide it is.
    var bits: UInt32

    init(_ bytes: RawSpan, of parent: BTFType, at index: Int) throws(BTFFault) {
        let place = parent.trailing + 12 * index
        let offset = try bytes.word(at: place + 8)
        name = try bytes.word(at: place)
        type = try bytes.word(at: place + 4)
        bitOffset = parent.flag ? offset & 0xff_ffff : offset
        bits = parent.flag ? offset >> 24 : 0
    }
}
