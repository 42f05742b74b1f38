/// The words of an IPv4 packet.
enum IPv4Text {
    static func words(_ reader: inout ByteReader) -> [String] {
        guard let first = reader.byte(0), let tos = reader.byte(1), let length = reader.word(2),
            let fragment = reader.word(6), let ttl = reader.byte(8), let ipProtocol = reader.byte(9),
            let source = reader.slice(12, 4).flatMap({ IPAddress(networkBytes: $0) }),
            let destination = reader.slice(16, 4).flatMap({ IPAddress(networkBytes: $0) })
        else { return ["ipv4 cut off after \(reader.left) bytes"] }
        let header = Int(first & 15) * 4
        let available = reader.left
        var words = ["\(source) > \(destination)"]
        var rest: [String] = ["ttl \(ttl)"]
        if tos != 0 { rest.append("tos 0x\(String(tos, radix: 16))") }
        if fragment & 0x4000 != 0 { rest.append("df") }
        if fragment & 0x3fff != 0 { rest.append(FragmentText.words(fragment & 0x1fff, more: fragment & 0x2000 != 0)) }
        if first >> 4 != 4 { rest.append("version \(first >> 4)") }
        if header > 20 { rest.append("options \(header - 20)") }
        if header < 20 { rest.append("ihl \(first & 15)") }
        if Int(length) != available { rest.append("says \(length) of \(available)") }
        reader.offset += max(header, 20)
        words += TransportText.words(ipProtocol, reader, isLater: fragment & 0x1fff != 0)
        return words + rest
    }
}

/// A part of a datagram: its offset in bytes, `+` where more follow.
enum FragmentText {
    static func words(_ offset: UInt16, more: Bool) -> String { "frag \(Int(offset) * 8)\(more ? "+" : "")" }
}
