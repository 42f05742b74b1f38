import CKernel

/// A request in the making: header, the family's struct, attributes.
///
/// A plain value; making one sends nothing. `NetlinkSocket` itself sends only those that read.
public struct NetlinkMessage: Hashable, Sendable {
    /// `RTM_*`, `NLMSG_*`, or subsystem and number of nfnetlink.
    public var type: UInt16
    /// `NLM_F_*`; `NLM_F_REQUEST` is always added.
    public var flags: UInt16
    /// The family's struct (`struct tcmsg`, `struct ndmsg`, …) as bytes; see `FamilyHeader`.
    public var family: [UInt8]
    public var attributes = NetlinkAttributes()

    public init(type: Int, flags: Int32 = 0, family: [UInt8]) {
        self.type = UInt16(truncatingIfNeeded: type)
        self.flags = UInt16(truncatingIfNeeded: flags | NLM_F_REQUEST)
        self.family = family
    }

    /// The same message with what `fill` adds to its attributes.
    public func with(_ fill: (inout NetlinkAttributes) -> Void) -> NetlinkMessage {
        var copy = self
        fill(&copy.attributes)
        return copy
    }

    /// The bytes to send, padded to four; the port id is 0, which the kernel fills in.
    public func encoded(sequence: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        encode(sequence: sequence, into: &bytes)
        return bytes
    }

    /// Appends the same bytes to those of the messages before it.
    func encode(sequence: UInt32, into bytes: inout [UInt8]) {
        let padded = NetlinkFraming.aligned(family.count)
        bytes.append(host: UInt32(NetlinkHeader.size + padded + attributes.bytes.count))
        bytes.append(host: type)
        bytes.append(host: flags)
        bytes.append(host: sequence)
        bytes.append(host: UInt32(0))
        bytes += family
        for _ in family.count..<padded { bytes.append(0) }
        bytes += attributes.bytes
    }

    /// Whether the request only reads, on a socket of that family.
    public func isRead(_ family: NetlinkProtocol = .route) -> Bool { family.isRead(type) }
}
