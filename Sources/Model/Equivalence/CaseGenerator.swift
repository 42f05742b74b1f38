/// Makes the packets that legacy program and replacement are compared on: pure, and the same ones for the same seed.
public struct CaseGenerator: Sendable {
    /// What packets come from, by family; packets of a family without one come from an address for documentation.
    public var sources: [AddressFamily: IPAddress]
    public var seed: UInt64

    public init(sources: [AddressFamily: IPAddress], seed: UInt64) {
        self.sources = sources
        self.seed = seed
    }

    /// The packets to one destination.
    ///
    /// - Parameter thorough: every kind in every variant, some hundreds of packets, instead of one or two of most kinds.
    public func cases(to address: IPAddress, thorough: Bool) -> [PacketCase] {
        var random = SeededGenerator(seed: address.rank(seed: seed))
        guard let tcp = packet(to: address, .tcp(source: 40000, destination: 80, payload: Self.payload), &random),
            let udp = packet(to: address, .udp(source: 40000, destination: 53, payload: Self.payload), &random)
        else { return [] }
        let maker = CaseMaker(tcp: tcp, udp: udp, address: address)
        return thorough ? maker.every(&random) : maker.few(&random)
    }

    /// One of TCP, one of UDP.
    func ordinary(to address: IPAddress, source: UInt16 = 40000, destination: UInt16 = 80) -> [PacketCase] {
        var random = SeededGenerator(seed: address.rank(seed: seed))
        let transports: [(PacketKind, Transport)] = [
            (.tcp, .tcp(source: source, destination: destination, payload: Self.payload)),
            (.udp, .udp(source: source, destination: destination, payload: Self.payload)),
        ]
        return transports.compactMap { kind, transport in
            packet(to: address, transport, &random).map { PacketCase(kind, $0.bytes) }
        }
    }

    private static let payload: [UInt8] = Array(0..<32)

    private func packet(
        to address: IPAddress, _ transport: Transport, _ random: inout SeededGenerator
    ) -> Packet? {
        // RFC 5737, RFC 3849.
        let documentation: IPAddress = address.family == .ipv4 ? .v4(0xc633_6401) : .v6(0x2001_0db8 << 96 | 1)
        // A unicast address that is locally administered.
        let macs = (0..<2).map { _ in MACAddress(value: random.next() >> 16 & 0x00ff_ffff_ffff | 0x0200_0000_0000) }
        return Packet(
            from: sources[address.family] ?? documentation, to: address, transport,
            ethernet: EthernetHeader(destination: macs[0], source: macs[1]))
    }
}
