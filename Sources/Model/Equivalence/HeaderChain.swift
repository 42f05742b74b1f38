/// How far the replacement walks through IPv6 headers (`parse_ipv6`, bpf/parse.h), and where it stops.
struct HeaderChain {
    /// Extension headers that it walks over (`MIGRATE_EXTENSIONS_MAX`).
    static let most = 6
    private static let walked: Set<UInt8> = [0, 43, 44, 60]
    /// Headers in front of a transport that it does not walk over: authentication, mobility, HIP, Shim6 and the numbers
    /// for experiments.
    private static let unknown: Set<UInt8> = [51, 135, 139, 140, 253, 254]

    /// Whether a packet may carry a transport that the replacement does not get to see.
    let isBeyondBounds: Bool

    /// `nil` for a frame that is not IPv6.
    init?(_ frame: [UInt8]) {
        var reader = ByteReader(frame)
        guard reader.word(12) == EtherType.ipv6 else { return nil }
        reader.offset = 14
        guard var next = reader.byte(6), reader.left >= 40 else {
            isBeyondBounds = false
            return
        }
        reader.offset += 40
        var count = 0
        while Self.walked.contains(next), count < Self.most {
            guard reader.left >= 8, let following = reader.byte(0), let length = reader.byte(1) else {
                isBeyondBounds = true
                return
            }
            if next == 44, let place = reader.word(2), place & 0xfff8 != 0 {
                isBeyondBounds = false
                return
            }
            reader.offset += next == 44 ? 8 : (Int(length) + 1) * 8
            next = following
            count += 1
        }
        let isCutOff = reader.offset > frame.count || next == 58 && reader.left == 0
        isBeyondBounds = isCutOff || Self.walked.contains(next) || Self.unknown.contains(next)
    }
}
