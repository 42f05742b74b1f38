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

    func uint8(at offset: Int = 0) throws(NetlinkFault) -> UInt8 { try load(at: offset, as: UInt8.self) }
    func uint16(at offset: Int = 0) throws(NetlinkFault) -> UInt16 { try load(at: offset, as: UInt16.self) }
    func uint32(at offset: Int = 0) throws(NetlinkFault) -> UInt32 { try load(at: offset, as: UInt32.self) }
    func int32(at offset: Int = 0) throws(NetlinkFault) -> Int32 { try load(at: offset, as: Int32.self) }
    func uint64(at offset: Int = 0) throws(NetlinkFault) -> UInt64 { try load(at: offset, as: UInt64.self) }

    /// A 16-bit number in network byte order.
    func networkUInt16(at offset: Int = 0) throws(NetlinkFault) -> UInt16 {
        UInt16(bigEndian: try uint16(at: offset))
    }

    /// A 32-bit number in network byte order.
    func networkUInt32(at offset: Int = 0) throws(NetlinkFault) -> UInt32 {
        UInt32(bigEndian: try uint32(at: offset))
    }

    /// All bytes, copied.
    func byteArray() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        for offset in 0..<byteCount {
            // SAFETY: the offset is one of the span's own.
            bytes.append(unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self))
        }
        return bytes
    }

    /// A string, up to its NUL where it has one (`nla_put_string` writes it, not all senders do).
    func text() -> String { String(decoding: byteArray().prefix { $0 != 0 }, as: UTF8.self) }

    /// An address in network byte order, whose width must be that of its family.
    func address() throws(NetlinkFault) -> IPAddress {
        guard let address = IPAddress(networkBytes: byteArray()) else {
            throw NetlinkFault("\(byteCount) bytes, an address has 4 or 16")
        }
        return address
    }
}
