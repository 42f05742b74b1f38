import CKernel
import Glibc
import SystemPackage

/// A bound netlink socket: what a request socket and a monitor share.
///
/// It belongs for good to the network namespace of the thread that made it.
struct NetlinkChannel: ~Copyable {
    let file: OwnedDescriptor
    let family: NetlinkProtocol
    /// The number the kernel knows this socket by.
    let portID: UInt32
    /// Bytes that may wait in the kernel, as it accounts them (`SO_RCVBUF`, buffers' overhead included).
    let receiveRoom: Int
    private var buffer: [UInt8]

    /// Seconds after which an answer counts as lost.
    static let patience = 10
    /// Bytes asked for with `SO_RCVBUFFORCE`: the kernel's limit is made for senders, not for readers.
    static let wantedRoom = 8 << 20

    init(_ family: NetlinkProtocol = .route, room wantedRoom: Int = wantedRoom) throws(KernelError) {
        let raw = socket(AF_NETLINK, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), family.number)
        guard raw >= 0 else { throw .call("open", "\(family.name) socket", .last) }
        let file = OwnedDescriptor(owning: raw)
        // The text of a refusal, without the refused request: an ack stays small.
        try Self.set(raw, SOL_NETLINK, NETLINK_EXT_ACK, 1, "NETLINK_EXT_ACK")
        try Self.set(raw, SOL_NETLINK, NETLINK_CAP_ACK, 1, "NETLINK_CAP_ACK")
        // Strict checks (4.20): a dump leaves out cached routes, and unknown attributes are refused.
        try Self.set(raw, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1, "NETLINK_GET_STRICT_CHK")
        var room = CInt(clamping: wantedRoom)
        let size = socklen_t(MemoryLayout<CInt>.size)
        // SAFETY: pointer and size are those of `room`, which outlives the calls.
        if unsafe setsockopt(raw, SOL_SOCKET, SO_RCVBUFFORCE, &room, size) != 0 {
            // Not privileged: take what the limit allows; batches adapt to it.
            _ = unsafe setsockopt(raw, SOL_SOCKET, SO_RCVBUF, &room, size)
        }
        var length = size
        // SAFETY: as above, and `length` says how much room there is.
        guard unsafe getsockopt(raw, SOL_SOCKET, SO_RCVBUF, &room, &length) == 0 else {
            throw .call("ask", "receive buffer of \(family.name) socket", .last)
        }
        var time = timeval(tv_sec: Self.patience, tv_usec: 0)
        // SAFETY: pointer and size are those of `time`.
        guard unsafe setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size)) == 0
        else { throw .call("set", "timeout of \(family.name) socket", .last) }
        var portID: UInt32 = 0
        // SAFETY: the shim writes one UInt32.
        let bound = unsafe migrate_netlink_bind(raw, &portID)
        guard bound == 0 else { throw .call("bind", "\(family.name) socket", Errno(rawValue: -bound)) }
        self.file = file
        self.family = family
        self.portID = portID
        receiveRoom = Int(room)
        buffer = [UInt8](repeating: 0, count: 64 << 10)
    }

    /// Joins a multicast group (`RTNLGRP_*`).
    func join(_ group: UInt32) throws(KernelError) {
        try Self.set(
            file.raw, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, CInt(bitPattern: group), "membership in group \(group)")
    }

    /// Receives one datagram of the kernel and lends its bytes to `body`.
    ///
    /// - Returns: `false` when `waiting` is false and nothing was there.
    /// - Throws: `overrun` when the kernel dropped messages, `truncated` when the datagram did not fit
    ///   (the next one of that size will), `timeout`.
    mutating func receive(
        _ operation: String, _ subject: String, waiting: Bool,
        _ body: (RawSpan) throws(KernelError) -> Void
    ) throws(KernelError) -> Bool {
        while true {
            var sender: UInt32 = 0
            let room = buffer.count
            let flags = waiting ? 0 : CInt(MSG_DONTWAIT)
            // SAFETY: the buffer has `room` bytes and the shim writes no more; MSG_TRUNC makes the
            // answer the full length even where less was written, which is checked below.
            let count = unsafe migrate_netlink_receive(file.raw, &buffer, room, flags, &sender)
            if count < 0 {
                switch Errno(rawValue: CInt(-count)) {
                case .interrupted: continue
                case .wouldBlock, .resourceTemporarilyUnavailable:
                    if !waiting { return false }
                    throw .timeout(operation, subject, seconds: Self.patience)
                case .noBufferSpace: throw .overrun(operation, subject)
                case let other: throw .call(operation, subject, other)
                }
            }
            guard count <= room else {
                buffer = [UInt8](repeating: 0, count: count)
                throw .truncated(operation, subject, length: count, room: room)
            }
            // Only port 0 is the kernel; whatever another process sent is not an answer.
            guard sender == 0 else { continue }
            // SAFETY: bytes have no padding, so that every one of them is initialized.
            try body(unsafe buffer.span.bytes.extracting(first: count))
            return true
        }
    }

    /// Drops everything that waits, so that an abandoned answer is not taken for the next one.
    mutating func drain() {
        while true {
            var sender: UInt32 = 0
            let room = buffer.count
            // SAFETY: as in `receive`; the bytes are not looked at.
            let count = unsafe migrate_netlink_receive(
                file.raw, &buffer, room, CInt(MSG_DONTWAIT), &sender)
            // ENOBUFS only says that something was lost; more may wait behind it.
            if count < 0 && count != -Int(EINTR) && count != -Int(ENOBUFS) { return }
        }
    }

    private static func set(
        _ raw: CInt, _ level: CInt, _ option: CInt, _ value: CInt, _ name: String
    ) throws(KernelError) {
        var value = value
        // SAFETY: pointer and size are those of `value`.
        guard unsafe setsockopt(raw, level, option, &value, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
            throw .call("set", "\(name) of netlink socket", .last)
        }
    }
}

extension Errno {
    /// What the call just made left in errno.
    static var last: Errno { Errno(rawValue: errno) }
}
