/// An IPv6 header (RFC 8200) with its extension headers. What follows from the rest may be overridden, to malform it.
public struct IPv6Header: Hashable, Sendable {
    /// Host byte order.
    public var source: UInt128
    public var destination: UInt128
    public var hopLimit: UInt8 = 64
    public var trafficClass: UInt8 = 0
    /// 20 bits.
    public var flowLabel: UInt32 = 0
    /// In the order they are sent; any number, also in an order that RFC 8200 advises against.
    public var extensions: [IPv6Extension] = []

    /// Instead of 6; the lower four bits count.
    public var version: UInt8?
    /// Instead of the true length in bytes of what follows the first 40.
    public var payloadLength: UInt16?

    public init(source: UInt128, destination: UInt128) {
        self.source = source
        self.destination = destination
    }

    func bytes(_ ipProtocol: UInt8, payload: Int) -> [UInt8] {
        var chain: [UInt8] = []
        for (place, header) in extensions.enumerated() {
            let next = place + 1 < extensions.count ? extensions[place + 1].number : ipProtocol
            chain += header.bytes(next: next)
        }
        var bytes: [UInt8] = []
        bytes.append(
            bigEndian: UInt32((version ?? 6) & 15) << 28 | UInt32(trafficClass) << 20 | flowLabel & 0xf_ffff)
        bytes.append(bigEndian: payloadLength ?? UInt16(clamping: chain.count + payload))
        bytes += [extensions.first?.number ?? ipProtocol, hopLimit]
        bytes.append(bigEndian: source)
        bytes.append(bigEndian: destination)
        return bytes + chain
    }
}
