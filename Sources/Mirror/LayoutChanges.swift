import CKernel
import CMirror
import Glibc
import Kernel
import Model

/// The netlink requests that make a namespace look like a layout. Bytes; nothing is sent here.
extension NamespaceChanges.Change {
    /// A veth that is down, its far end in another namespace (`veth_newlink`, drivers/net/veth.c).
    ///
    /// Both ends have one number, each in its namespace. The far one takes frames of any length: what is too long is seen
    /// to have been sent.
    static func veth(_ device: MirrorLayout.Device, far namespace: CInt) -> Self {
        let header = FamilyHeader.link(ifindex: device.ifindex)
        let message = NetlinkMessage(type: RTM_NEWLINK, flags: creating, family: header).with {
            $0.add(IFLA_IFNAME, device.name)
            $0.add(IFLA_ADDRESS, bytes: device.mac.bytes)
            $0.add(IFLA_MTU, device.mtu)
            $0.nest(IFLA_LINKINFO) {
                $0.add(IFLA_INFO_KIND, "veth")
                $0.nest(IFLA_INFO_DATA) {
                    $0.nest(VETH_INFO_PEER, header: header) {
                        $0.add(IFLA_IFNAME, "far\(device.ifindex)")
                        $0.add(IFLA_MTU, UInt32(65535))
                        $0.add(IFLA_NET_NS_FD, UInt32(bitPattern: namespace))
                    }
                }
            }
        }
        return Self(message: message, subject: "device \(device.name) (ifindex \(device.ifindex))")
    }

    /// A device, up. 1 is the loopback device.
    static func up(_ ifindex: UInt32) -> Self {
        let header = FamilyHeader.link(ifindex: ifindex, flags: UInt32(IFF_UP), change: UInt32(IFF_UP))
        return Self(
            message: NetlinkMessage(type: RTM_NEWLINK, flags: NLM_F_ACK, family: header),
            subject: "ifindex \(ifindex) up")
    }

    /// A host route: on the link, or by a gateway that is taken to be there (`onlink`).
    static func route(_ destination: MirrorLayout.Destination) -> Self {
        route(
            to: destination.address, length: UInt8(destination.address.family.bitWidth), gateway: destination.gateway,
            ifindex: destination.ifindex)
    }

    /// Everything else of a family, by a gateway.
    static func defaultRoute(by gateway: IPAddress, ifindex: UInt32) -> Self {
        let any: IPAddress = gateway.family == .ipv4 ? .v4(0) : .v6(0)
        return route(to: any, length: 0, gateway: gateway, ifindex: ifindex)
    }

    private static func route(to address: IPAddress, length: UInt8, gateway: IPAddress?, ifindex: UInt32) -> Self {
        let scope = gateway == nil && address.family == .ipv4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE
        let header = FamilyHeader.route(
            address.family, destinationLength: length, table: UInt8(RT_TABLE_MAIN.rawValue),
            protocol: UInt8(RTPROT_STATIC), scope: UInt8(scope.rawValue), type: UInt8(RTN_UNICAST),
            flags: gateway == nil ? 0 : UInt32(RTNH_F_ONLINK))
        let message = NetlinkMessage(type: RTM_NEWROUTE, flags: creating, family: header).with {
            if length > 0 { $0.add(Int(RTA_DST.rawValue), bytes: address.networkBytes) }
            if let gateway, gateway.family == address.family {
                $0.add(Int(RTA_GATEWAY.rawValue), bytes: gateway.networkBytes)
            } else if let gateway {
                // struct rtvia: a next hop of the other family (RFC 5549).
                let family = UInt16(gateway.family.rawFamily)
                $0.add(Int(RTA_VIA.rawValue), bytes: [UInt8(family), 0] + gateway.networkBytes)
            }
            $0.add(Int(RTA_OIF.rawValue), ifindex)
        }
        return Self(message: message, subject: "route to \(address)/\(length)")
    }

    /// A neighbor that is never asked for.
    static func neighbor(_ address: IPAddress, _ mac: MACAddress, ifindex: UInt32) -> Self {
        let header = FamilyHeader.neighbor(address.family, ifindex: ifindex, state: UInt16(NUD_PERMANENT))
        let message = NetlinkMessage(
            type: RTM_NEWNEIGH, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, family: header
        )
        .with {
            $0.add(Int(NDA_DST), bytes: address.networkBytes)
            $0.add(Int(NDA_LLADDR), bytes: mac.bytes)
        }
        return Self(message: message, subject: "neighbor \(address) on ifindex \(ifindex)")
    }

    /// Who the next hop of a destination is; `nil` where that is not known.
    static func neighbor(of destination: MirrorLayout.Destination) -> Self? {
        destination.neighbor.map {
            neighbor(destination.gateway ?? destination.address, $0, ifindex: destination.ifindex)
        }
    }

    private static let creating = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL
}
