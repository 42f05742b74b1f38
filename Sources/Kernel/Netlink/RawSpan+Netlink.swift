// The reading half of the codec (the writing half is NetlinkAttributes.swift).
//
// Why not libmnl: it would be one more runtime library, for framing only, and its callbacks hand
// out raw pointers without bounds. Here every read goes through `load`, which is the only unsafe
// line; a read past the end is a `NetlinkFault`, never a crash, and the whole parser runs on plain
// byte arrays without a kernel, so that tests and a fuzzer can feed it anything.

import Model

extension RawSpan {
    /// An integer in host byte order, as rtnetlink has nearly all of them.
    func load<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as: Value.Type
    ) throws(NetlinkFault) -> Value {
        guard offset >= 0, byteCount >= MemoryLayout<Value>.size, offset <= byteCount - MemoryLayout<Value>.size
        else { throw NetlinkFault("\(byteCount) bytes, \(offset + MemoryLayout<Value>.size) needed") }
        // SAFETY: the guard above keeps the read inside the span, alignment does not matter to an
        // unaligned load, and every bit pattern of an integer is a value.
        return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    func uint8(at offset: Int) throws(NetlinkFault) -> UInt8 { try load(at: offset, as: UInt8.self) }
    func uint16(at offset: Int) throws(NetlinkFault) -> UInt16 { try load(at: offset, as: UInt16.self) }
    func uint32(at offset: Int) throws(NetlinkFault) -> UInt32 { try load(at: offset, as: UInt32.self) }
    func int32(at offset: Int) throws(NetlinkFault) -> Int32 { try load(at: offset, as: Int32.self) }
    func uint64(at offset: Int) throws(NetlinkFault) -> UInt64 { try load(at: offset, as: UInt64.self) }

    /// A number that is the whole value: an attribute of another width is a fault, never a part of a number.
    func only<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws(NetlinkFault) -> Value {
        try require(MemoryLayout<Value>.size)
        return try load(at: 0, as: Value.self)
    }
    func uint8() throws(NetlinkFault) -> UInt8 { try only(UInt8.self) }
    func uint16() throws(NetlinkFault) -> UInt16 { try only(UInt16.self) }
    func uint32() throws(NetlinkFault) -> UInt32 { try only(UInt32.self) }
    func int32() throws(NetlinkFault) -> Int32 { try only(Int32.self) }

    /// That the value has exactly `count` bytes, as a struct or a number has.
    func require(_ count: Int) throws(NetlinkFault) {
        guard byteCount == count else { throw NetlinkFault("\(byteCount) bytes, \(count) needed") }
    }

    /// A 16-bit number in network byte order.
    func networkUInt16(at offset: Int) throws(NetlinkFault) -> UInt16 {
        UInt16(bigEndian: try uint16(at: offset))
    }

    /// A 32-bit number in network byte order.
    func networkUInt32(at offset: Int = 0) throws(NetlinkFault) -> UInt32 {
        UInt32(bigEndian: try uint32(at: offset))
    }

    /// All bytes, copied.
    func byteArray() -> [UInt8] {
        // SAFETY: the bytes are copied while they are lent.
        unsafe withUnsafeBytes { unsafe Array($0) }
    }

    /// A string with its NUL, which the kernel always writes (`nla_put_string`): without it, the end is missing.
    func text() throws(NetlinkFault) -> String {
        // SAFETY: the bytes are copied while they are lent.
        let text = unsafe withUnsafeBytes { bytes -> String? in
            guard let end = unsafe bytes.firstIndex(of: 0), end == bytes.count - 1 else { return nil }
            return unsafe String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<end]), as: UTF8.self)
        }
        guard let text else {
            throw NetlinkFault("a text of \(byteCount) bytes that does not end with its only zero")
        }
        return text
    }

    /// An address of `family` in network byte order: a cut IPv6 address must not pass for an IPv4 one.
    func address(_ family: AddressFamily) throws(NetlinkFault) -> IPAddress {
        guard byteCount == family.byteCount else {
            throw NetlinkFault("\(byteCount) bytes, an \(family) address has \(family.byteCount)")
        }
        return switch family {
        case .ipv4: .v4(UInt32(bigEndian: try load(at: 0, as: UInt32.self)))
        case .ipv6: .v6(UInt128(bigEndian: try load(at: 0, as: UInt128.self)))
        }
    }
}
