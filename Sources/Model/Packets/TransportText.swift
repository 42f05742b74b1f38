/// The words of what an IP packet carries.
enum TransportText {
    /// - Parameter isLater: a part of a datagram other than the first, which has no header.
    static func words(_ ipProtocol: UInt8, _ reader: ByteReader, isLater: Bool) -> [String] {
        let name = names[ipProtocol] ?? "proto \(ipProtocol)"
        if isLater { return [name] }
        switch ipProtocol {
        case 6, 17, 132:
            guard let source = reader.word(0), let destination = reader.word(2) else { return [name, "no ports"] }
            return [name, "\(source)>\(destination)"]
        case 1, 58:
            guard let type = reader.byte(0) else { return [name, "no type"] }
            guard ipProtocol == 58, let discovery = discovery[type] else { return [name, "type \(type)"] }
            return [name, discovery]
        default: return [name]
        }
    }

    private static let names: [UInt8: String] = [
        1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 51: "auth", 58: "icmpv6", 59: "nothing", 132: "sctp",
    ]

    /// RFC 4861.
    private static let discovery: [UInt8: String] = [
        133: "router-solicitation", 134: "router-advertisement", 135: "neighbor-solicitation",
        136: "neighbor-advertisement", 137: "redirect",
    ]
}
