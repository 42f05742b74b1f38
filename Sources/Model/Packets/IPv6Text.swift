/// The words of an IPv6 packet.
enum IPv6Text {
    static func words(_ reader: inout ByteReader) -> [String] {
        guard let upper = reader.word(0), let lower = reader.word(2), let length = reader.word(4),
            var next = reader.byte(6), let hops = reader.byte(7),
            let source = reader.slice(8, 16).flatMap({ IPAddress(networkBytes: $0) }),
            let destination = reader.slice(24, 16).flatMap({ IPAddress(networkBytes: $0) })
        else { return ["ipv6 cut off after \(reader.left) bytes"] }
        let available = reader.left - 40
        var rest: [String] = ["ttl \(hops)"]
        let trafficClass = UInt8(truncatingIfNeeded: upper >> 4)
        let label = UInt32(upper & 15) << 16 | UInt32(lower)
        if trafficClass != 0 { rest.append("class 0x\(String(trafficClass, radix: 16))") }
        if label != 0 { rest.append("label 0x\(String(label, radix: 16))") }
        if upper >> 12 != 6 { rest.append("version \(upper >> 12)") }
        if Int(length) != available { rest.append("says \(length) of \(available)") }
        reader.offset += 40
        var isLater = false
        while !isLater, let name = names[next] {
            guard let following = reader.byte(0), let size = size(next, reader) else {
                return ["\(source) > \(destination)", "\(name) cut off"] + rest
            }
            rest.append(name)
            if next == 44, let place = reader.word(2) {
                rest[rest.count - 1] = FragmentText.words(place >> 3, more: place & 1 != 0)
                isLater = place >> 3 != 0
            }
            next = following
            reader.offset += size
        }
        return ["\(source) > \(destination)"] + TransportText.words(next, reader, isLater: isLater) + rest
    }

    private static let names: [UInt8: String] = [0: "hop", 43: "routing", 44: "frag", 51: "auth", 60: "dest"]

    /// Of an extension header, bytes.
    private static func size(_ number: UInt8, _ reader: ByteReader) -> Int? {
        guard let length = reader.byte(1) else { return nil }
        return switch number {
        case 44: 8
        case 51: (Int(length) + 2) * 4
        default: (Int(length) + 1) * 8
        }
    }
}
