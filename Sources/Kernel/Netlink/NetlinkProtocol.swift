import CKernel
import Glibc

/// The families of netlink that are asked here. Each numbers its messages its own way, so what reads in one changes in
/// another: the socket knows which it is.
public enum NetlinkProtocol: Sendable {
    /// rtnetlink(7): interfaces, routes, qdiscs.
    case route
    /// nfnetlink: the packet filters' chains.
    case netfilter

    var number: CInt {
        switch self {
        case .route: NETLINK_ROUTE
        case .netfilter: NETLINK_NETFILTER
        }
    }

    var name: String {
        switch self {
        case .route: "rtnetlink"
        case .netfilter: "nfnetlink"
        }
    }

    /// Whether a message of this type only reads.
    public func isRead(_ type: UInt16) -> Bool {
        switch self {
        // Types come in fours, NEW, DEL, GET, SET, and the kernel tells them apart by the same two bits
        // (`rtnl_msgtype_kind`, include/net/rtnetlink.h).
        case .route: type >= UInt16(RTM_BASE) && type & 3 == 2
        // Subsystem and number; there is no rule to them, so this one only.
        case .netfilter: type == NetlinkMessage.getChains
        }
    }
}

extension NetlinkMessage {
    /// Type of a request for nftables' chains (`NFT_MSG_GETCHAIN`, include/uapi/linux/netfilter/nf_tables.h).
    static let getChains = UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_GETCHAIN.rawValue)
    /// Type of the answers.
    static let newChain = UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_NEWCHAIN.rawValue)
}
