/// A packet to build, layer by layer: plain values, written out by ``bytes``.
///
/// Every layer is true by itself (lengths, checksums), and each of these may be overridden, so that a test says what is
/// wrong with a packet by the one field it sets. What is cut off is cut off the bytes: `packet.bytes.prefix(20)`.
public struct Packet: Hashable, Sendable {
    public enum Network: Hashable, Sendable {
        case ipv4(IPv4Header)
        case ipv6(IPv6Header)
        /// Whatever follows the Ethernet header, such as ARP; the transport is not written.
        case raw(etherType: UInt16, bytes: [UInt8])
    }

    public var ethernet: EthernetHeader
    public var network: Network
    public var transport: Transport

    public init(ethernet: EthernetHeader = EthernetHeader(), network: Network, transport: Transport) {
        self.ethernet = ethernet
        self.network = network
        self.transport = transport
    }

    /// An ordinary packet; `nil` where the addresses are of two families.
    public init?(
        from source: IPAddress, to destination: IPAddress, _ transport: Transport,
        ethernet: EthernetHeader = EthernetHeader()
    ) {
        switch (source, destination) {
        case (.v4(let source), .v4(let destination)):
            self.init(
                ethernet: ethernet, network: .ipv4(IPv4Header(source: source, destination: destination)),
                transport: transport)
        case (.v6(let source), .v6(let destination)):
            self.init(
                ethernet: ethernet, network: .ipv6(IPv6Header(source: source, destination: destination)),
                transport: transport)
        default: return nil
        }
    }

    /// The frame, without preamble and check sequence; not padded to Ethernet's least length.
    public var bytes: [UInt8] {
        switch network {
        case .ipv4(let header):
            let carried = transport.bytes(source: .v4(header.source), destination: .v4(header.destination))
            return ethernet.bytes(before: EtherType.ipv4) + header.bytes(transport.number, payload: carried.count)
                + carried
        case .ipv6(let header):
            let carried = transport.bytes(source: .v6(header.source), destination: .v6(header.destination))
            return ethernet.bytes(before: EtherType.ipv6) + header.bytes(transport.number, payload: carried.count)
                + carried
        case .raw(let type, let bytes): return ethernet.bytes(before: type) + bytes
        }
    }

    /// This packet with its IPv4 header changed; as it is where it has none.
    public func ipv4(_ change: (inout IPv4Header) -> Void) -> Packet {
        guard case .ipv4(var header) = network else { return self }
        var copy = self
        change(&header)
        copy.network = .ipv4(header)
        return copy
    }

    /// This packet with its IPv6 header changed; as it is where it has none.
    public func ipv6(_ change: (inout IPv6Header) -> Void) -> Packet {
        guard case .ipv6(var header) = network else { return self }
        var copy = self
        change(&header)
        copy.network = .ipv6(header)
        return copy
    }
}
