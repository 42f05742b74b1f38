import Glibc

/// One TCP connection that is never idle. With the interfaces' default offloads its packets are up to 64 KiB large.
enum BulkTransfer {
    /// Bytes of a sending or receiving call.
    private static let piece = 256 << 10

    static func sample(_ connection: TCPConnection, _ slice: Slice) throws(LabError) -> Slice.Sample {
        let (begun, ended) = try slice.run(
            send: { slice throws(LabError) in try fill(connection.client, slice) },
            receive: { slice, sent throws(LabError) in try drain(connection.server, slice, sent) })
        guard begun.bytes == ended.bytes, ended.bytes > 0 else {
            throw LabError(
                .system, "measure a transfer: bytes are missing",
                facts: ["\(begun.bytes) sent, \(ended.bytes) received"])
        }
        let spent = Double(max(ended.moment - begun.moment, 1))
        // No packet is longer than 64 KiB.
        return Slice.Sample(value: UInt64(Double(ended.bytes) * 1e9 / spent), packets: ended.bytes >> 16)
    }

    private typealias Mark = (bytes: UInt64, moment: UInt64)

    /// - Returns: bytes, and when the first left.
    private static func fill(_ socket: CInt, _ slice: Slice) throws(LabError) -> (sent: UInt64, result: Mark) {
        let bytes = [UInt8](repeating: 0, count: piece)
        var sent: UInt64 = 0
        let begun = Clock.now()
        while Clock.now() < begun + slice.nanoseconds {
            // SAFETY: the size is the array's.
            let count = unsafe send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL))
            if count < 0, errno == EAGAIN { throw LabError(.system, "measure a transfer: nothing is taken") }
            sent += UInt64(try checked("send", "bytes", count))
        }
        return (sent, (sent, begun))
    }

    /// - Returns: bytes, and when the last came.
    private static func drain(_ socket: CInt, _ slice: Slice, _ sent: Slice.Sent) throws(LabError) -> Mark {
        var bytes = [UInt8](repeating: 0, count: piece)
        var mark: Mark = (0, 0)
        while true {
            // SAFETY: at most the array's count.
            let count = unsafe recv(socket, &bytes, bytes.count, slice.receiveFlags)
            if count > 0 { mark = (mark.bytes + UInt64(count), Clock.now()) }
            guard let total = sent.count else { continue }
            if mark.bytes >= total || sent.isLongOver { return mark }
        }
    }
}
