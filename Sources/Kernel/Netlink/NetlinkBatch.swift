/// Requests that want one status each, as the bytes of a single send, and whose answer is whose.
///
/// Bytes only: the socket of this module sends none of them unless they read.
public struct NetlinkBatch: Sendable {
    public let first: UInt32
    public let count: Int
    public let bytes: [UInt8]

    /// - Parameter first: of as many sequence numbers as there are messages; each of these asks for `NLM_F_ACK`.
    public init(_ messages: some Collection<NetlinkMessage>, first: UInt32) {
        self.first = first
        count = messages.count
        var bytes: [UInt8] = []
        var next = first
        for message in messages {
            message.encode(sequence: next, into: &bytes)
            next += 1
        }
        self.bytes = bytes
    }

    /// One status per message, in their order; `nil` for one that had none.
    public func statuses(in replies: [NetlinkReply]) -> [NetlinkStatus?] {
        var statuses = [NetlinkStatus?](repeating: nil, count: count)
        for reply in replies {
            let index = Int(reply.header.sequence) - Int(first)
            if let status = reply.status, statuses.indices.contains(index) { statuses[index] = status }
        }
        return statuses
    }
}
