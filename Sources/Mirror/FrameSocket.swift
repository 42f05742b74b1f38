import CMirror
import Glibc
import Kernel
import SystemPackage

/// A packet socket (packet(7)) on all devices of the namespace that the calling thread was in when it was made.
///
/// It keeps that namespace alive.
struct FrameSocket: ~Copyable {
    private let file: OwnedDescriptor
    /// Longest frame that can be sent from page fragments; `nil` where frames are copied.
    private var pagedRoom: Int?
    private var buffer: [UInt8]

    /// A GSO packet has 64 KB and its headers.
    private static let longest = 66 << 10

    /// - Parameters:
    ///   - etherType: of the frames to receive; 3 (`ETH_P_ALL`) for all, 0 for none.
    ///   - isPaged: sends frames whose pages are not copied, and nothing else.
    init(receiving etherType: UInt16, isPaged: Bool = false) throws(KernelError) {
        let raw = migrate_packet_open(etherType)
        guard raw >= 0 else { throw .call("open", "packet socket", Errno(rawValue: -raw)) }
        let file = OwnedDescriptor(owning: raw)
        if isPaged {
            let room = migrate_packet_prepare_paged(raw)
            guard room >= 0 else { throw .call("map", "packet socket", Errno(rawValue: CInt(-room))) }
            pagedRoom = room
        }
        self.file = file
        buffer = [UInt8](repeating: 0, count: etherType == 0 ? 0 : Self.longest)
    }

    /// Sends out of a device, past its qdisc.
    func send(_ frame: MirrorFrame, out ifindex: UInt32) throws(KernelError) {
        var offload = frame.offload
        let bytes = frame.bytes
        let result: CInt
        if let pagedRoom {
            guard bytes.count <= pagedRoom else {
                throw .refused("send", "frame", "\(bytes.count) bytes; \(pagedRoom) can lie outside the linear part")
            }
            // SAFETY: both pointers outlive the call, which copies `bytes.count` bytes and fits them in the ring.
            result = unsafe migrate_packet_send_paged(file.raw, ifindex, &offload, bytes, bytes.count)
        } else {
            // SAFETY: both pointers outlive the call, and `bytes.count` bytes are there.
            result = unsafe migrate_packet_send(file.raw, ifindex, &offload, bytes, bytes.count)
        }
        guard result == 0 else {
            throw .call("send", "frame of \(bytes.count) bytes out of ifindex \(ifindex)", Errno(rawValue: -result))
        }
    }

    /// The next frame, waited for until `deadline`; `nil` when it does not come.
    mutating func receive(until deadline: ContinuousClock.Instant) throws(KernelError) -> Observed? {
        while true {
            if let frame = try take() { return frame }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return nil }
            var waiting = pollfd(fd: file.raw, events: Int16(POLLIN), revents: 0)
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            // SAFETY: one structure, for the call.
            let ready = unsafe poll(&waiting, 1, CInt(clamping: milliseconds + 1))
            guard ready >= 0 || errno == EINTR else { throw .call("wait for", "frames", Errno(rawValue: errno)) }
        }
    }

    /// A frame that is there already.
    mutating func take() throws(KernelError) -> Observed? {
        var facts = migrate_frame_facts()
        let room = buffer.count
        // SAFETY: the buffer has `room` bytes and the shim writes no more; the length is checked below.
        let count = unsafe migrate_packet_receive(file.raw, &buffer, room, &facts)
        guard count >= 0 else {
            let cause = Errno(rawValue: CInt(-count))
            if cause == .resourceTemporarilyUnavailable || cause == .interrupted { return nil }
            throw .call("receive", "frame", cause)
        }
        guard count <= room else { throw .truncated("receive", "frame", length: count, room: room) }
        return Observed(
            ifindex: facts.ifindex, bytes: Array(buffer.prefix(count)),
            vlan: facts.has_tag == 0 ? nil : .init(control: facts.tag_tci, etherType: facts.tag_type),
            gsoSize: facts.gso_type == 0 ? nil : facts.gso_size)
    }
}
