import Model

extension BTF {
    /// The type's members with their places, flattened.
    ///
    /// A type of more than ``LayoutBuilder/visitLimit`` parts, or one that holds itself, is a fault.
    public func layout(of id: UInt32) throws(BTFFault) -> TypeLayout {
        try bytes.withSpan { (span) throws(BTFFault) in
            let size = try size(of: id, in: span)
            guard size > 0, size <= 1 << 20 else { throw BTFFault("a type of \(size) bytes", type: id) }
            var builder = LayoutBuilder(btf: self)
            try builder.add(.init(type: id, path: "", offset: 0, end: size), in: span)
            return TypeLayout(
                typeName: try typeName(id, in: span), size: size,
                members: LayoutBuilder.padded(builder.members, size: size))
        }
    }
}

/// Walks a type and collects its leaves.
struct LayoutBuilder {
    /// Parts looked at, so that structs that hold one another twice at each level cost no more than these.
    static let visitLimit = 4096
    /// Elements of an array of structs that are spelt out.
    static let spelledOut = 16

    let btf: BTF
    var members: [TypeLayout.Member] = []
    private var visits = 0

    init(btf: BTF) { self.btf = btf }

    /// A part to add: a type at a place, which must end before its parent does.
    struct Part {
        var type: UInt32
        var path: String
        /// Bytes from the start of the whole.
        var offset: UInt32
        /// Of the parent.
        var end: UInt32
        var depth = 0
    }

    mutating func add(_ part: Part, in bytes: RawSpan) throws(BTFFault) {
        try visit(part.type)
        guard part.path.utf8.count <= 1024 else { throw BTFFault("a path longer than 1024 bytes", type: part.type) }
        guard part.depth <= BTF.depthLimit else { throw BTFFault("it holds itself", type: part.type) }
        let size = try btf.size(of: part.type, in: bytes)
        guard UInt64(part.offset) + UInt64(size) <= UInt64(part.end) else {
            throw BTFFault("\(part.path): \(size) bytes at \(part.offset) of \(part.end)", type: part.type)
        }
        // A flexible array at the end has no bytes of its own.
        guard size > 0, let type = try btf.resolve(part.type, in: bytes) else { return }
        var leaf = TypeLayout.Member(
            path: part.path, offset: part.offset, size: size, kind: .opaque,
            typeName: try btf.typeName(part.type, in: bytes))
        switch type.kind {
        case .array: return try addArray(type, part, leaf, in: bytes)
        case .structure, .union:
            guard let width = try addressBytes(type, in: bytes) else { return try addMembers(type, part, in: bytes) }
            leaf.kind = .bytes
            leaf.size = width
            leaf.count = width
        case .int:
            let integer = BTFInteger(try bytes.word(at: type.trailing))
            if integer.bits != 8 * size {
                return try addBitfield(
                    leaf, firstBit: UInt64(part.offset) * 8 + UInt64(integer.offset), bits: integer.bits, end: part.end)
            }
            leaf.kind = integer.isBool ? .bool : integer.isSigned ? .signed : .unsigned
        case .enumeration, .enumeration64:
            leaf.kind = .enumeration
            leaf.names = try names(type, in: bytes)
        case .pointer: leaf.kind = .pointer
        case .float: leaf.kind = .float
        default: break
        }
        members.append(leaf)
    }

    private mutating func visit(_ type: UInt32, parts: Int = 1) throws(BTFFault) {
        visits += parts
        guard visits <= Self.visitLimit else { throw BTFFault("more than \(Self.visitLimit) parts", type: type) }
    }

    private mutating func names(_ type: BTFType, in bytes: RawSpan) throws(BTFFault) -> [TypeLayout.EnumName]? {
        let names = try btf.enumNames(type, in: bytes)
        try visit(type.id, parts: names?.count ?? 0)
        return names
    }

    private mutating func addMembers(_ type: BTFType, _ part: Part, in bytes: RawSpan) throws(BTFFault) {
        for index in 0..<type.count {
            let member = try BTFMember(bytes, of: type, at: index)
            let name = try btf.text(member.name, in: bytes)
            let path = name.isEmpty ? part.path : part.path.isEmpty ? name : "\(part.path).\(name)"
            let firstBit = UInt64(part.offset) * 8 + UInt64(member.bitOffset)
            let inner = Part(
                type: member.type, path: path, offset: UInt32(truncatingIfNeeded: firstBit / 8),
                end: part.offset + type.sizeOrType, depth: part.depth + 1)
            if member.bits > 0 {
                try visit(type.id)
                let leaf = TypeLayout.Member(
                    path: path, offset: inner.offset, size: 0, kind: .bitfield,
                    typeName: try btf.typeName(member.type, in: bytes))
                try addBitfield(leaf, firstBit: firstBit, bits: member.bits, end: inner.end)
            } else if let integer = try narrow(member.type, in: bytes) {
                // The older form: the member begins at any bit, and its type says how wide it is.
                try visit(type.id)
                let leaf = TypeLayout.Member(
                    path: path, offset: inner.offset, size: 0, kind: .bitfield,
                    typeName: try btf.typeName(member.type, in: bytes))
                try addBitfield(
                    leaf, firstBit: firstBit + UInt64(integer.offset), bits: integer.bits, end: inner.end)
            } else {
                guard firstBit % 8 == 0 else { throw BTFFault("\(path) begins within a byte", type: type.id) }
                try add(inner, in: bytes)
            }
        }
    }

    /// An integer that is narrower than its bytes.
    private func narrow(_ id: UInt32, in bytes: RawSpan) throws(BTFFault) -> BTFInteger? {
        guard let type = try btf.resolve(id, in: bytes), type.kind == .int else { return nil }
        let integer = BTFInteger(try bytes.word(at: type.trailing))
        return integer.bits == 8 * type.sizeOrType ? nil : integer
    }

    private mutating func addBitfield(
        _ leaf: TypeLayout.Member, firstBit: UInt64, bits: UInt32, end: UInt32
    ) throws(BTFFault) {
        guard bits > 0, bits <= 64 else { throw BTFFault("\(leaf.path): a bitfield of \(bits) bits") }
        var leaf = leaf
        let last = (firstBit + UInt64(bits) - 1) / 8
        guard last < UInt64(end) else { throw BTFFault("\(leaf.path): a bitfield ends behind \(end) bytes") }
        leaf.kind = .bitfield
        leaf.offset = UInt32(truncatingIfNeeded: firstBit / 8)
        leaf.size = UInt32(truncatingIfNeeded: last - firstBit / 8 + 1)
        leaf.bitOffset = UInt32(firstBit % 8)
        leaf.bits = bits
        members.append(leaf)
    }

    private mutating func addArray(
        _ type: BTFType, _ part: Part, _ leaf: TypeLayout.Member, in bytes: RawSpan
    ) throws(BTFFault) {
        var leaf = leaf
        var element = try bytes.word(at: type.trailing)
        leaf.count = try bytes.word(at: type.trailing + 8)
        // Of several dimensions the elements count; the whole fits into 32 bits, for its size was computed.
        while let inner = try btf.resolve(element, in: bytes), inner.kind == .array {
            leaf.count = leaf.count &* (try bytes.word(at: inner.trailing + 8))
            element = try bytes.word(at: inner.trailing)
        }
        guard let inner = try btf.resolve(element, in: bytes), leaf.count > 0 else { return }
        switch inner.kind {
        case .structure, .union:
            guard leaf.count <= UInt32(Self.spelledOut) else { break }
            let stride = leaf.size / leaf.count
            for index in 0..<leaf.count {
                try add(
                    Part(
                        type: element, path: "\(part.path)[\(index)]", offset: part.offset + index * stride,
                        end: part.end, depth: part.depth + 1), in: bytes)
            }
            return
        case .int: leaf.kind = try elementKind(inner, in: bytes)
        case .enumeration, .enumeration64:
            leaf.kind = .enumeration
            leaf.names = try names(inner, in: bytes)
        case .pointer: leaf.kind = .pointer
        case .float: leaf.kind = .float
        default: break
        }
        members.append(leaf)
    }

    private func elementKind(_ type: BTFType, in bytes: RawSpan) throws(BTFFault) -> TypeLayout.Kind {
        let integer = BTFInteger(try bytes.word(at: type.trailing))
        // clang says "signed" of a char, and nothing of its being one.
        let name = try btf.text(type.name, in: bytes)
        if type.sizeOrType == 1, integer.isCharacter || name == "char" { return .text }
        if integer.isBool { return .bool }
        return type.sizeOrType == 1 ? .bytes : integer.isSigned ? .signed : .unsigned
    }

    /// The bytes of a MAC or an IPv6 address under several names: of a union of which one member is an array of them, as
    /// `union macaddr` is, or of a struct of nothing but such a union, as `struct in6_addr` is. `nil` for other types.
    private func addressBytes(_ type: BTFType, depth: Int = 0, in bytes: RawSpan) throws(BTFFault) -> UInt32? {
        let widths: [UInt32: UInt32] = [6: 6, 8: 6, 16: 16]
        guard depth <= 2, let width = widths[type.sizeOrType], type.kind == .union || type.count == 1 else {
            return nil
        }
        for index in 0..<min(type.count, 16) {
            let member = try BTFMember(bytes, of: type, at: index)
            guard member.bits == 0, let inner = try btf.resolve(member.type, in: bytes) else { continue }
            if type.kind == .structure {
                if inner.kind == .union, inner.sizeOrType == type.sizeOrType {
                    return try addressBytes(inner, depth: depth + 1, in: bytes)
                }
            } else if inner.kind == .array, try bytes.word(at: inner.trailing + 8) == width,
                let element = try btf.resolve(try bytes.word(at: inner.trailing), in: bytes),
                element.kind == .int, element.sizeOrType == 1
            {
                return width
            }
        }
        return nil
    }

    /// By offset, with the gaps.
    static func padded(_ members: [TypeLayout.Member], size: UInt32) -> [TypeLayout.Member] {
        var found: [TypeLayout.Member] = []
        var end: UInt32 = 0
        func gap(to next: UInt32) {
            guard next > end else { return }
            found.append(.init(path: "", offset: end, size: next - end, kind: .padding, typeName: ""))
        }
        let ordered = members.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
        for (_, member) in ordered {
            gap(to: member.offset)
            found.append(member)
            end = max(end, member.offset + member.size)
        }
        gap(to: size)
        return found
    }
}
