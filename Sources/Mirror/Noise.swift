import Model

/// What the mirror's own kernel adds to what is observed.
enum Noise {
    /// Whether this is a report of group membership by a device without address (MLDv2, RFC 3810 section 5.2): every
    /// IPv6 router makes them, at times of its own, and nothing turns them off.
    static func isReport(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 54, bytes[12] == 0x86, bytes[13] == 0xdd else { return false }
        // From ::, to ff02::16, hop-by-hop options.
        return bytes[20] == 0 && bytes[22..<38].allSatisfy { $0 == 0 } && bytes[38] == 0xff && bytes[39] == 2
            && bytes[53] == 0x16
    }

    /// With the identification of the stack's own IPv4 packets taken out, which differs each time, and with it the
    /// header's checksum. They come from the address of a host that has none (RFC 7600): 192.0.0.8.
    static func settled(_ seen: Observed) -> Observed {
        guard seen.bytes.count >= 34, seen.bytes[12] == 0x08, seen.bytes[13] == 0, seen.bytes[23] == 1,
            seen.bytes[26..<30].elementsEqual([192, 0, 0, 8])
        else { return seen }
        var copy = seen
        for place in [18, 19, 24, 25] { copy.bytes[place] = 0 }
        return copy
    }
}
