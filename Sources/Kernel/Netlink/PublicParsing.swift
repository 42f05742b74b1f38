import Model

// Entrances for code outside this module, which has the bytes of a reply as an array.

extension Array where Element == UInt8 {
    /// Lends the bytes as a span.
    func withSpan<Value, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        // SAFETY: bytes have no padding, so that every one of them is initialized.
        try body(unsafe span.bytes)
    }
}

extension NetlinkReply {
    /// All messages of a datagram. Pure.
    public static func parse(_ datagram: [UInt8]) throws(NetlinkFault) -> [NetlinkReply] {
        try datagram.withSpan { (bytes) throws(NetlinkFault) in try parse(bytes) }
    }

    /// The filter that the message describes; `nil` if its type is not `RTM_NEWTFILTER` or `RTM_DELTFILTER`.
    /// - Parameter netns: cookie of the namespace it is in, which no message says.
    public func filter(netns: UInt64) throws(NetlinkFault) -> Filter? {
        guard header.isFilter else { return nil }
        return try payload.withSpan { (bytes) throws(NetlinkFault) in try Filter(netlink: bytes, netns: netns) }
    }
}
