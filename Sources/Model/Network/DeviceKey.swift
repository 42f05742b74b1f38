/// An interface on this machine: indexes are counted in each namespace anew.
public struct DeviceKey: Codable, Hashable, Sendable, Comparable {
    /// Cookie of the namespace.
    public var netns: UInt64
    public var ifindex: UInt32

    public init(netns: UInt64, ifindex: UInt32) {
        self.netns = netns
        self.ifindex = ifindex
    }

    public static func < (a: DeviceKey, b: DeviceKey) -> Bool { (a.netns, a.ifindex) < (b.netns, b.ifindex) }
}
