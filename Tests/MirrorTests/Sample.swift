import Kernel
import Mirror
import Model
import Testing

/// A node's part that is mirrored in most tests: a hook, two pods, an uplink.
enum Sample {
    static let hook: UInt32 = 40
    static let pod: UInt32 = 41
    static let narrow: UInt32 = 42
    static let uplink: UInt32 = 43

    static let hookMAC = MACAddress(value: 0x0200_0000_0040)
    static let podMAC = MACAddress(value: 0x0200_0000_1041)
    static let narrowMAC = MACAddress(value: 0x0200_0000_1042)
    static let gatewayMAC = MACAddress(value: 0x0200_0000_1043)

    /// Addresses of a pod, of a pod behind a device with an MTU of 1,280, of nobody, and of another node's pod.
    static let pod4: IPAddress = .v4(0x0a09_0005), pod6: IPAddress = .v6(0xfd00_0009 << 96 | 5)
    static let narrow4: IPAddress = .v4(0x0a09_0006), narrow6: IPAddress = .v6(0xfd00_0009 << 96 | 6)
    static let nobody4: IPAddress = .v4(0xc633_6407), nobody6: IPAddress = .v6(0x2001_0db8 << 96 | 7)
    static let remote4: IPAddress = .v4(0x0a0a_0001), remote6: IPAddress = .v6(0xfd00_000a << 96 | 1)
    static let source4: IPAddress = .v4(0x0a09_0002), source6: IPAddress = .v6(0xfd00_0009 << 96 | 2)

    static let layout = MirrorLayout(
        devices: [
            .init(ifindex: hook, name: "hz", mac: hookMAC, mtu: 9000, isHook: true),
            .init(ifindex: pod, name: "veth-pod", mac: mac(pod), mtu: 9000),
            .init(ifindex: narrow, name: "veth-narrow", mac: mac(narrow), mtu: 1280),
            .init(ifindex: uplink, name: "eth0", mac: mac(uplink), kind: nil),
        ],
        destinations: [
            .init(address: pod4, ifindex: pod, neighbor: podMAC), .init(address: pod6, ifindex: pod, neighbor: podMAC),
            .init(address: narrow4, ifindex: narrow, neighbor: narrowMAC),
            .init(address: narrow6, ifindex: narrow, neighbor: narrowMAC),
            .init(address: remote4, ifindex: uplink, gateway: .v4(0xc0a8_0701), neighbor: gatewayMAC),
            .init(address: remote6, ifindex: uplink, gateway: .v6(0xfe80 << 112 | 1), neighbor: gatewayMAC),
        ])

    /// Of the host's side of a device.
    static func mac(_ ifindex: UInt32) -> MACAddress { MACAddress(value: 0x0200_0000_0000 | UInt64(ifindex)) }

    /// An ordinary packet, of the destination's family.
    static func packet(
        to destination: IPAddress, _ transport: Transport = .udp(source: 4000, destination: 53, payload: [1, 2, 3, 4])
    ) throws -> Packet {
        let source = destination.family == .ipv4 ? source4 : source6
        return try #require(
            Packet(
                from: source, to: destination, transport,
                ethernet: EthernetHeader(destination: hookMAC, source: MACAddress(value: 0x0200_0000_1040))))
    }
}
