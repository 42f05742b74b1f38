/// A frame that is sent through both programs for real: what a test run cannot hold, or does not tell.
public struct FrameCase: Hashable, Sendable {
    public var kind: PacketKind
    public var frame: [UInt8]
    /// Payload bytes of each segment, of a TCP packet that stands for several.
    public var segmentSize: UInt16?
    /// How many of its bytes lie in the packet's linear part.
    public var linearLength: Int?

    public init(_ kind: PacketKind, _ frame: [UInt8], segmentSize: UInt16? = nil, linearLength: Int? = nil) {
        self.kind = kind
        self.frame = frame
        self.segmentSize = segmentSize
        self.linearLength = linearLength
    }
}

extension CaseGenerator {
    /// The frames to one destination: device, MACs, tags, groups, segmentation and headers outside the linear part.
    ///
    /// - Parameter arrival: the MAC of the interface that they come in on: another host's frames are not for the stack.
    public func frames(to address: IPAddress, arrival: MACAddress) -> [FrameCase] {
        cases(to: address, thorough: false).flatMap { packet -> [FrameCase] in
            // What is longer than the device takes does not come in.
            guard packet.kind != .long, !Self.asksForTime(packet) else { return [] }
            var frame = packet.frame
            if packet.kind != .groupMAC { frame.replaceSubrange(0..<6, with: arrival.bytes) }
            guard packet.kind != .segmented else {
                return [FrameCase(.segmented, frame, segmentSize: UInt16(clamping: packet.metadata.segmentSize))]
            }
            let whole = FrameCase(packet.kind, frame)
            guard packet.kind == .tcp || packet.kind == .udp else { return [whole] }
            return [whole] + [14, 34, 54].map { FrameCase(packet.kind, frame, linearLength: $0) }
        }
    }

    /// The stack writes the time of day into such a packet (RFC 791, option 68): no two are alike.
    private static func asksForTime(_ packet: PacketCase) -> Bool {
        packet.kind == .headerOptions && packet.frame.dropFirst(34).first == 0x44
    }
}
