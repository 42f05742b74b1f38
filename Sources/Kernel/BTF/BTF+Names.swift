import Model

// Following references: each walk is bounded, for types may refer to one another in a circle.

extension BTF {
    /// Types that refer to one another, at most (the kernel stops at 32, `MAX_RESOLVE_DEPTH`).
    static let depthLimit = 32

    /// The type behind typedefs and qualifiers; `nil` is void.
    func resolve(_ id: UInt32, in bytes: RawSpan) throws(BTFFault) -> BTFType? {
        var id = id
        for _ in 0...Self.depthLimit {
            guard id != 0 else { return nil }
            let type = try type(id, in: bytes)
            guard type.kind.isModifier else { return type }
            id = type.sizeOrType
        }
        throw BTFFault("typedefs and qualifiers refer to one another without end", type: id)
    }

    /// Bytes of a value of this type.
    func size(of id: UInt32, depth: Int = 0, in bytes: RawSpan) throws(BTFFault) -> UInt32 {
        guard depth <= Self.depthLimit else { throw BTFFault("arrays of arrays without end", type: id) }
        guard let type = try resolve(id, in: bytes) else { throw BTFFault("void has no size") }
        switch type.kind {
        case .int, .structure, .union, .enumeration, .enumeration64, .float, .dataSection: return type.sizeOrType
        case .pointer: return 8
        case .array:
            let element = try size(of: try bytes.word(at: type.trailing), depth: depth + 1, in: bytes)
            let (product, overflows) = element.multipliedReportingOverflow(by: try bytes.word(at: type.trailing + 8))
            guard !overflows else { throw BTFFault("an array of more than 4 GB", type: type.id) }
            return product
        default: throw BTFFault("a \(type.kind) has no size", type: type.id)
        }
    }

    /// As C writes it, without qualifiers: `__be32`, `struct endpoint`, `__u8[6]`.
    func typeName(_ id: UInt32, depth: Int = 0, in bytes: RawSpan) throws(BTFFault) -> String {
        guard depth <= Self.depthLimit else { throw BTFFault("its name has no end", type: id) }
        guard id != 0 else { return "void" }
        let type = try type(id, in: bytes)
        let own = try text(type.name, in: bytes)
        switch type.kind {
        case .volatile, .const, .restrict, .typeTag:
            return try typeName(type.sizeOrType, depth: depth + 1, in: bytes)
        case .pointer: return try typeName(type.sizeOrType, depth: depth + 1, in: bytes) + " *"
        case .array:
            let element = try typeName(try bytes.word(at: type.trailing), depth: depth + 1, in: bytes)
            return "\(element)[\(try bytes.word(at: type.trailing + 8))]"
        case .structure: return own.isEmpty ? "struct" : "struct \(own)"
        case .union: return own.isEmpty ? "union" : "union \(own)"
        case .enumeration, .enumeration64: return own.isEmpty ? "enum" : "enum \(own)"
        case .forward: return (type.flag ? "union " : "struct ") + own
        default: return own
        }
    }

    /// Names of an enumeration's values; none where there are more than a person reads.
    func enumNames(_ type: BTFType, in bytes: RawSpan) throws(BTFFault) -> [TypeLayout.EnumName]? {
        guard type.count <= 64 else { return nil }
        var names: [TypeLayout.EnumName] = []
        for index in 0..<type.count {
            let is64 = type.kind == .enumeration64
            let place = type.trailing + (is64 ? 12 : 8) * index
            let low = try bytes.word(at: place + 4)
            let value =
                is64
                ? Int64(bitPattern: UInt64(try bytes.word(at: place + 8)) << 32 | UInt64(low))
                : type.flag ? Int64(Int32(bitPattern: low)) : Int64(low)
            names.append(.init(value: value, name: try text(try bytes.word(at: place), in: bytes)))
        }
        return names
    }
}
