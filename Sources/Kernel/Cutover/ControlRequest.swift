import BPFObjects

/// The packet that the control program is run on: an Ethernet header, then `struct migrate_request` (bpf/cell.h).
public enum ControlRequest {
    /// Of this version, with nothing asked.
    public static var empty: migrate_request {
        var request = migrate_request()
        request.version = UInt32(MIGRATE_REQUEST_VERSION)
        return request
    }

    /// Runs a program on the request, and returns it answered. With the control program this changes the cell: it is for
    /// Loader; here only the clock is asked.
    public static func run(
        _ program: borrowing BPFProgram, _ request: migrate_request
    ) throws(KernelError) -> migrate_request {
        // lo, which every namespace has, is number 1.
        let result = try TestRun.tc(program.descriptor, packet: frame(request), ifindex: 1)
        return try decode(result.packet)
    }

    /// The packet's bytes; the addresses are zero, for it goes nowhere.
    public static func frame(_ request: migrate_request) -> [UInt8] {
        let type = UInt16(MIGRATE_REQUEST_TYPE)
        let header = [UInt8](repeating: 0, count: 12) + [UInt8(type >> 8), UInt8(type & 0xff)]
        // SAFETY: the structure is plain numbers without padding.
        return unsafe header + withUnsafeBytes(of: request) { unsafe Array($0) }
    }

    static func decode(_ packet: [UInt8]) throws(KernelError) -> migrate_request {
        guard packet.count >= 14 + MemoryLayout<migrate_request>.size else {
            throw .malformed("read", "answer of the control program", "\(packet.count) bytes")
        }
        var request = migrate_request()
        // SAFETY: as many bytes are copied as the structure has.
        unsafe withUnsafeMutableBytes(of: &request) { unsafe $0.copyBytes(from: packet[14...].prefix($0.count)) }
        return request
    }
}
