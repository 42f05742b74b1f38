/// A frame in one line, such as
/// `10.9.0.1 > 10.9.0.4 udp 1000>2000 ttl 64 frag 0+ len 60 eth 02:00:00:00:00:02 > 02:00:00:00:00:01 vlan 5`.
///
/// Any bytes have a line: what is not there, or makes no sense, is said.
public enum FrameText {
    public static func line(_ bytes: [UInt8]) -> String {
        var reader = ByteReader(bytes)
        guard let destination = reader.slice(0, 6).flatMap({ MACAddress(bytes: $0) }),
            let source = reader.slice(6, 6).flatMap({ MACAddress(bytes: $0) }), var type = reader.word(12)
        else { return "\(bytes.count) bytes, no Ethernet header" }
        reader.offset = 14
        var tags: [String] = []
        while type == EtherType.vlanTag || type == EtherType.serviceTag {
            guard let tag = reader.word(0), let inner = reader.word(2) else {
                tags.append("vlan cut off")
                break
            }
            let priority = tag >> 13
            tags.append(
                "\(type == EtherType.serviceTag ? "s-vlan" : "vlan") \(tag & 0xfff)\(priority == 0 ? "" : " p\(priority)")"
            )
            type = inner
            reader.offset += 4
        }
        let words = network(type, &reader) + ["len \(bytes.count)", "eth \(source) > \(destination)"] + tags
        return words.joined(separator: " ")
    }

    private static func network(_ type: UInt16, _ reader: inout ByteReader) -> [String] {
        switch type {
        case EtherType.ipv4: IPv4Text.words(&reader)
        case EtherType.ipv6: IPv6Text.words(&reader)
        case EtherType.arp: ["arp"]
        default: ["type 0x" + String(type, radix: 16)]
        }
    }
}
