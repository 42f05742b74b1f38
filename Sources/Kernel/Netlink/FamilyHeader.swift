import CKernel
import Model

/// The structs that stand between a message's header and its attributes, as bytes.
public enum FamilyHeader {
    /// `struct ifinfomsg` (include/uapi/linux/rtnetlink.h); `ifindex` 0 means all.
    ///
    /// `flags` is `IFF_*`, `change` says which of them count; both are 0 in a request that reads.
    public static func link(ifindex: UInt32 = 0, flags: UInt32 = 0, change: UInt32 = 0) -> [UInt8] {
        [0, 0, 0, 0] + ifindex.hostBytes + flags.hostBytes + change.hostBytes
    }

    /// `struct ifaddrmsg` (include/uapi/linux/if_addr.h).
    public static func address(_ family: AddressFamily) -> [UInt8] {
        [family.rawFamily, 0, 0, 0] + UInt32(0).hostBytes
    }

    /// `struct rtmsg` (include/uapi/linux/rtnetlink.h). Lengths are prefix lengths in bits.
    ///
    /// Of table, protocol (`RTPROT_*`), scope (`RT_SCOPE_*`) and type (`RTN_*`) the kernel insists on zero in a request
    /// that reads.
    public static func route(
        _ family: AddressFamily, destinationLength: UInt8 = 0, sourceLength: UInt8 = 0, tos: UInt8 = 0,
        table: UInt8 = 0, protocol: UInt8 = 0, scope: UInt8 = 0, type: UInt8 = 0, flags: UInt32 = 0
    ) -> [UInt8] {
        [family.rawFamily, destinationLength, sourceLength, tos, table, `protocol`, scope, type] + flags.hostBytes
    }

    /// `struct fib_rule_hdr` (include/uapi/linux/fib_rules.h).
    public static func rule(_ family: AddressFamily) -> [UInt8] {
        [family.rawFamily, 0, 0, 0, 0, 0, 0, 0] + UInt32(0).hostBytes
    }

    /// `struct ndmsg` (include/uapi/linux/neighbour.h): `state` is `NUD_*`, `flags` is `NTF_*`.
    public static func neighbor(
        _ family: AddressFamily, ifindex: UInt32 = 0, state: UInt16 = 0, flags: UInt8 = 0
    ) -> [UInt8] {
        [family.rawFamily, 0, 0, 0] + ifindex.hostBytes + state.hostBytes + [flags, 0]
    }

    /// `struct tcmsg` (include/uapi/linux/rtnetlink.h).
    public static func trafficControl(
        ifindex: UInt32, handle: UInt32 = 0, parent: UInt32 = 0, info: UInt32 = 0
    ) -> [UInt8] {
        // Of each of thousands of filters: not out of arrays.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        for number in [0, ifindex, handle, parent, info] { bytes.append(host: number) }
        return bytes
    }

    /// `tcm_info` of a filter: priority in the upper half, EtherType in network byte order in the lower.
    public static func filterInfo(priority: UInt16, protocol: UInt16) -> UInt32 {
        UInt32(priority) << 16 | UInt32(`protocol`.bigEndian)
    }

    /// `struct nfgenmsg` (include/uapi/linux/netfilter/nfnetlink.h): every family (`NFPROTO_UNSPEC`), version 0.
    public static let netfilter: [UInt8] = [0, 0, 0, 0]

    /// `struct rtgenmsg` (include/uapi/linux/rtnetlink.h), all that a namespace id request has.
    public static let generic: [UInt8] = [0]
}
