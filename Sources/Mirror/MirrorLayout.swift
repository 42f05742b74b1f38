import Kernel
import Model

/// What of a node a mirror shows: the devices that matter for some destinations, and how the FIB places these.
///
/// A plain value. Everything that is not listed goes where nothing is on the link: to the mirror's stack device, through
/// a gateway.
public struct MirrorLayout: Codable, Hashable, Sendable {
    /// A device of the node, shown as a veth.
    public struct Device: Codable, Hashable, Sendable {
        /// As on the node: programs, maps and deny lists name devices by it. 1 is the loopback device, which is no veth.
        public var ifindex: UInt32
        public var name: String
        public var mac: MACAddress
        /// Bytes, without the Ethernet header.
        public var mtu: UInt32
        /// Whether programs are attached here and frames come in.
        public var isHook: Bool
        /// What the node's device is (`veth`, `macvlan`, …); `nil` for hardware.
        public var kind: String?

        public init(
            ifindex: UInt32, name: String, mac: MACAddress, mtu: UInt32 = 1500, isHook: Bool = false,
            kind: String? = "veth"
        ) {
            self.ifindex = ifindex
            self.name = name
            self.mac = mac
            self.mtu = mtu
            self.isHook = isHook
            self.kind = kind
        }
    }

    /// How the node's FIB delivers an address: a host route and a permanent neighbor of the mirror.
    public struct Destination: Codable, Hashable, Sendable {
        public var address: IPAddress
        /// A listed device.
        public var ifindex: UInt32
        /// The next hop, of either family; `nil` where it is the address itself.
        public var gateway: IPAddress?
        /// The next hop's; without one, what the kernel sends there waits for an answer that never comes.
        public var neighbor: MACAddress?

        public init(address: IPAddress, ifindex: UInt32, gateway: IPAddress? = nil, neighbor: MACAddress?) {
            self.address = address
            self.ifindex = ifindex
            self.gateway = gateway
            self.neighbor = neighbor
        }
    }

    public var devices: [Device]
    public var destinations: [Destination]

    public init(devices: [Device], destinations: [Destination]) {
        self.devices = devices
        self.destinations = destinations
    }

    /// Devices that are of another kind than the hooks on the node, though in the mirror all are veths.
    ///
    /// The replacement refuses them by their kind, which it reads from the kernel; told to deny them, it does so here.
    public var unlikeHooks: [UInt32] {
        let kinds = Set(devices.filter(\.isHook).map(\.kind))
        return devices.filter { !kinds.contains($0.kind) || $0.kind == nil }.map(\.ifindex)
    }

    func check() throws(KernelError) {
        let known = Set(devices.map(\.ifindex))
        guard devices.contains(where: \.isHook) else { throw .refused("lay out", "mirror", "no device is a hook") }
        guard known.count == devices.count, Set(devices.map(\.name)).count == devices.count else {
            throw .refused("lay out", "mirror", "two devices have one ifindex or name")
        }
        guard known.allSatisfy({ $0 > 1 && $0 < UInt32(Int32.max) - 2 }) else {
            throw .refused("lay out", "mirror", "ifindexes from 2 to 2147483644 can be shown")
        }
        guard let stray = destinations.first(where: { !known.contains($0.ifindex) }) else { return }
        throw .refused("lay out", "mirror", "\(stray.address) is on ifindex \(stray.ifindex), which is not listed")
    }
}

extension RedirectConfiguration {
    /// The same replacement for use in a mirror of `layout`.
    public func mirrored(_ layout: MirrorLayout) -> RedirectConfiguration {
        var copy = self
        copy.denied += layout.unlikeHooks.filter { !denied.contains($0) }
        return copy
    }
}
