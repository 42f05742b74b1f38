import CKernel
import Glibc

/// Small frames put on the wire of one pod as fast as one processor does it; counted where another pod's stack has them.
///
/// Neither end's sockets weigh in it: the sender's stack is passed by, and nobody reads what has arrived. What is left is
/// what the node does for a packet, all of it on the sender's processor. A batch of packets is sent by one call, which ends
/// when they have arrived: its time is theirs. The median batch counts, so that what interrupts the processor does not.
enum ForwardingRate {
    static func sample(
        from: FrameSocket, _ frame: [UInt8], to: UDPSocket, _ slice: Slice
    ) throws(LabError) -> Slice.Sample {
        var rest = [UInt8](repeating: 0, count: 16)
        while to.receive(into: &rest) != nil {}
        let before = to.drops
        let (sending, _) = try slice.run(
            send: { slice throws(LabError) in try PacketRate.flood(from.raw, frame, slice) },
            receive: { _, _ throws(LabError) in })
        var arrived = UInt64(to.drops &- before)
        while to.receive(into: &rest) != nil { arrived += 1 }
        guard arrived == sending.sent else {
            throw LabError(
                .system, "measure the forwarding rate: packets were lost",
                facts: ["\(sending.sent) sent, \(arrived) arrived"])
        }
        let batches = sending.batches.sorted()
        guard let middle = batches.isEmpty ? nil : batches[batches.count / 2], middle > 0 else {
            throw LabError(.system, "measure the forwarding rate: no batch was complete")
        }
        return Slice.Sample(
            value: UInt64(PacketRate.batch) * 1_000_000_000 / UInt64(middle), packets: sending.sent)
    }
}
