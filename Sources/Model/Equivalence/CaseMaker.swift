/// The packets to one destination, out of an ordinary one of each transport.
struct CaseMaker {
    let tcp: Packet
    let udp: Packet
    let address: IPAddress

    var isIPv4: Bool { address.family == .ipv4 }

    /// Bytes before what the transport writes, without options and extension headers.
    var headers: Int { isIPv4 ? 34 : 54 }

    /// The program is refused a frame that is nothing but an Ethernet header (net/bpf/test_run.c).
    static let shortest = 15

    /// For each of many destinations: one of most kinds, drawn at random.
    func few(_ random: inout SeededGenerator) -> [PacketCase] {
        let others = transports + fragments + headerVariants + links + sizes + metadata(&random) + malformed
        var drafts = [CaseDraft(.tcp, tcp), CaseDraft(.udp, udp)]
        for kind in PacketKind.allCases where kind != .tcp && kind != .udp && kind != .cutOff {
            if let one = others.filter({ $0.kind == kind }).randomElement(using: &random) { drafts.append(one) }
        }
        drafts.append(.init(.cutOff, udp, cut: Int.random(in: Self.shortest..<headers + 8, using: &random)))
        return drafts.map(\.packetCase)
    }

    /// Every kind in every variant.
    func every(_ random: inout SeededGenerator) -> [PacketCase] {
        let drafts =
            [CaseDraft(.tcp, tcp), CaseDraft(.udp, udp)] + ports + transports + fragments + headerVariants
            + links + sizes + metadata(&random) + malformed + cuts
        return drafts.map(\.packetCase)
    }

    func with(_ transport: Transport, _ packet: Packet? = nil) -> Packet {
        var copy = packet ?? tcp
        copy.transport = transport
        return copy
    }
}

/// A packet that is written out only when it is used.
struct CaseDraft {
    var kind: PacketKind
    var packet: Packet
    var metadata: PacketMetadata
    /// How many of its bytes are left.
    var cut: Int?

    init(_ kind: PacketKind, _ packet: Packet, _ metadata: PacketMetadata = PacketMetadata(), cut: Int? = nil) {
        self.kind = kind
        self.packet = packet
        self.metadata = metadata
        self.cut = cut
    }

    var packetCase: PacketCase {
        PacketCase(kind, cut.map { Array(packet.bytes.prefix($0)) } ?? packet.bytes, metadata)
    }
}
