import CKernel
import Model

/// Where exactly a filter is: what `cls_bpf` calls the same filter.
///
/// A replacement that differs in any of these adds a second filter or is refused.
public struct FilterSlot: Codable, Hashable, Sendable, CustomStringConvertible {
    public var ifindex: UInt32
    public var parent: UInt32
    public var chain: UInt32
    public var priority: UInt16
    /// EtherType in host byte order.
    public var `protocol`: UInt16
    public var handle: UInt32

    public init(
        ifindex: UInt32, parent: UInt32, chain: UInt32, priority: UInt16, protocol: UInt16, handle: UInt32
    ) {
        self.ifindex = ifindex
        self.parent = parent
        self.chain = chain
        self.priority = priority
        self.protocol = `protocol`
        self.handle = handle
    }

    /// `struct tcmsg` that names the slot; `TCA_CHAIN` goes into the attributes.
    public var header: [UInt8] {
        FamilyHeader.trafficControl(
            ifindex: ifindex, handle: handle, parent: parent,
            info: FamilyHeader.filterInfo(priority: priority, protocol: `protocol`))
    }

    public var description: String {
        "filter ifindex \(ifindex) parent \(String(parent >> 16, radix: 16)):\(String(parent & 0xffff, radix: 16))"
            + " chain \(chain) priority \(priority) protocol 0x\(String(`protocol`, radix: 16))"
            + " handle 0x\(String(handle, radix: 16))"
    }
}

extension Filter {
    /// The filter's place.
    public var slot: FilterSlot {
        FilterSlot(
            ifindex: ifindex, parent: parent, chain: chain, priority: priority, protocol: `protocol`, handle: handle)
    }
}
