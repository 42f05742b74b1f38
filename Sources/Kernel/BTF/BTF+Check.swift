// What must hold in one type by itself. What spans several types (cycles, sizes that grow without end) is bounded
// where it is followed: in BTFLayout.swift.

extension BTF {
    /// Every name and every reference leads somewhere, every size is one that its kind can have.
    func check(_ type: BTFType, in bytes: RawSpan) throws(BTFFault) {
        do throws(BTFFault) {
            try checkName(type.name)
            if type.kind.refers { try checkReference(type.sizeOrType) }
            switch type.kind {
            case .int: try checkInteger(type, in: bytes)
            case .array:
                try checkReference(try bytes.word(at: type.trailing))
                try checkReference(try bytes.word(at: type.trailing + 4))
            case .structure, .union: try checkMembers(type, in: bytes)
            case .enumeration, .enumeration64:
                guard [1, 2, 4, 8].contains(type.sizeOrType) else { throw sizeFault(type) }
                try checkNames(type, stride: type.kind == .enumeration ? 8 : 12, in: bytes)
            case .functionPrototype:
                try checkNames(type, stride: 8, in: bytes)
                for index in 0..<type.count { try checkReference(try bytes.word(at: type.trailing + 8 * index + 4)) }
            case .dataSection:
                for index in 0..<type.count { try checkReference(try bytes.word(at: type.trailing + 12 * index)) }
            case .float: guard [2, 4, 8, 12, 16].contains(type.sizeOrType) else { throw sizeFault(type) }
            default: break
            }
        } catch {
            throw BTFFault(error.reason, type: type.id)
        }
    }

    private func sizeFault(_ type: BTFType) -> BTFFault { BTFFault("\(type.kind) of \(type.sizeOrType) bytes") }

    private func checkReference(_ id: UInt32) throws(BTFFault) {
        guard Int(id) <= offsets.count else { throw BTFFault("it refers to type \(id) of \(offsets.count)") }
    }

    private func checkInteger(_ type: BTFType, in bytes: RawSpan) throws(BTFFault) {
        guard [1, 2, 4, 8, 16].contains(type.sizeOrType) else { throw sizeFault(type) }
        let integer = BTFInteger(try bytes.word(at: type.trailing))
        guard integer.bits > 0, integer.offset + integer.bits <= 8 * type.sizeOrType else {
            throw BTFFault("\(integer.bits) bits at \(integer.offset) of an integer of \(type.sizeOrType) bytes")
        }
    }

    private func checkMembers(_ type: BTFType, in bytes: RawSpan) throws(BTFFault) {
        for index in 0..<type.count {
            let member = try BTFMember(bytes, of: type, at: index)
            try checkName(member.name)
            try checkReference(member.type)
            guard member.type != 0 else { throw BTFFault("member \(index) is void") }
            guard UInt64(member.bitOffset) + UInt64(member.bits) <= 8 * UInt64(type.sizeOrType) else {
                throw BTFFault("member \(index) begins behind its \(type.sizeOrType) bytes")
            }
            // What a union's members begin with, the union begins with.
            guard type.kind == .structure || member.bitOffset == 0 else {
                throw BTFFault("member \(index) of a union is not at its start")
            }
        }
    }

    private func checkNames(_ type: BTFType, stride: Int, in bytes: RawSpan) throws(BTFFault) {
        for index in 0..<type.count { try checkName(try bytes.word(at: type.trailing + stride * index)) }
    }
}

/// What follows `struct btf_type` of an integer.
struct BTFInteger {
    var bits: UInt32
    /// Of the first bit.
    var offset: UInt32
    var isSigned: Bool
    var isCharacter: Bool
    var isBool: Bool

    init(_ word: UInt32) {
        bits = word & 0xff
        offset = word >> 16 & 0xff
        isSigned = word >> 24 & 1 != 0
        isCharacter = word >> 24 & 2 != 0
        isBool = word >> 24 & 4 != 0
    }
}
