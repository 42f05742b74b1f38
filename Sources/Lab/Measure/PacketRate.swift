import CKernel
import Glibc

/// Small UDP packets as fast as one processor sends them; counted where they arrive, in the pod.
///
/// On veths everything from the sending call to the pod's socket happens on the sender's processor: what the receiver
/// does costs the path nothing.
enum PacketRate {
    static let payload = 64

    static func sample(from: UDPSocket, to: UDPSocket, _ slice: Slice) throws(LabError) -> Slice.Sample {
        let dropped = to.drops
        let (sending, received) = try slice.run(
            send: { slice throws(LabError) in try flood(from.raw, [UInt8](repeating: 0, count: payload), slice) },
            receive: { slice, sent throws(LabError) in try count(to, slice, sent, dropped: dropped) })
        let full = UInt64(to.drops &- dropped)
        guard received + full == sending.sent else {
            throw LabError(
                .system, "measure the packet rate: packets were lost",
                facts: ["\(sending.sent) sent, \(received) received, \(full) met a full buffer"])
        }
        return Slice.Sample(value: received * 1_000_000_000 / max(sending.spent, 1), packets: sending.sent)
    }

    /// Sends the same bytes until the slice is over.
    /// - Returns: packets; and nanoseconds of each batch of ``batch`` of them.
    static func flood(
        _ socket: CInt, _ bytes: [UInt8], _ slice: Slice
    ) throws(LabError) -> (sent: UInt64, result: Flood) {
        var flood = Flood()
        let end = Clock.now() + slice.nanoseconds
        while true {
            let begun = Clock.now()
            guard begun < end else { return (flood.sent, flood) }
            // SAFETY: the size is the array's.
            let count = unsafe migrate_send_packets(socket, bytes, bytes.count, CInt(batch))
            flood.sent += UInt64(try negated("send", "packets", count))
            let spent = Clock.now() - begun
            flood.spent += spent
            if count == batch { flood.batches.append(UInt32(truncatingIfNeeded: spent)) }
        }
    }

    static let batch = Int(MIGRATE_PACKETS_MAX)

    struct Flood: Sendable {
        var sent: UInt64 = 0
        /// Nanoseconds in all.
        var spent: UInt64 = 0
        var batches: [UInt32] = []
    }

    private static func count(
        _ socket: UDPSocket, _ slice: Slice, _ sent: Slice.Sent, dropped: UInt32
    ) throws(LabError) -> UInt64 {
        var received: UInt64 = 0
        while true {
            if slice.sleeps {
                var waiting = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
                // SAFETY: one structure.
                _ = unsafe poll(&waiting, 1, 20)
            }
            let taken = migrate_receive_packets(socket.raw, CInt(MIGRATE_PACKETS_MAX))
            received += UInt64(try negated("receive", "packets", taken))
            guard taken == 0, let total = sent.count else { continue }
            if received + UInt64(socket.drops &- dropped) >= total || sent.isLongOver { return received }
        }
    }
}
