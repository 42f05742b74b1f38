import Glibc

/// One byte there and one back, over one TCP connection, again and again: the latency that a request sees.
enum RoundTrips {
    static func sample(_ connection: TCPConnection, _ slice: Slice) throws(LabError) -> Slice.Sample {
        let (times, _) = try slice.run(
            send: { slice throws(LabError) in
                let times = try ask(connection.client, slice)
                return (UInt64(times.count), times)
            },
            receive: { slice, sent throws(LabError) in try answer(connection.server, slice, sent) })
        let count = UInt64(times.count)
        guard count > 0 else { throw LabError(.system, "measure round trips: there was none") }
        return Slice.Sample(value: UInt64(times.sorted()[times.count / 2]), packets: count, answers: count)
    }

    /// - Returns: nanoseconds of each.
    private static func ask(_ socket: CInt, _ slice: Slice) throws(LabError) -> [UInt32] {
        var times: [UInt32] = []
        var byte: UInt8 = 1
        let end = Clock.now() + slice.nanoseconds
        while true {
            let begun = Clock.now()
            guard begun < end else { return times }
            // SAFETY: one byte each.
            try checked("send", "a request", unsafe send(socket, &byte, 1, CInt(MSG_NOSIGNAL)))
            while unsafe recv(socket, &byte, 1, slice.receiveFlags) != 1 {
                guard errno == EAGAIN, Clock.now() < begun + 1_000_000_000 else {
                    throw LabError(.system, "measure round trips: no answer")
                }
            }
            times.append(UInt32(truncatingIfNeeded: Clock.now() - begun))
        }
    }

    private static func answer(_ socket: CInt, _ slice: Slice, _ sent: Slice.Sent) throws(LabError) {
        var byte: UInt8 = 0
        while sent.count == nil {
            // SAFETY: one byte each.
            if unsafe recv(socket, &byte, 1, slice.receiveFlags) == 1 {
                try checked("send", "an answer", unsafe send(socket, &byte, 1, CInt(MSG_NOSIGNAL)))
            }
        }
    }
}
