import CKernel
import Model

extension PacketFilter {
    /// From the payload of an `NFT_MSG_NEWCHAIN` (`nf_tables_fill_chain_info`, net/netfilter/nf_tables_api.c), whose
    /// numbers are in network byte order; `nil` for a chain that only rules jump to.
    init?(netlink payload: RawSpan, netns: UInt64) throws(NetlinkFault) {
        let family = NetfilterHook.family(UInt32(try payload.uint8(at: 0)))
        self.init(netns: netns, kind: .nftables, family: family, hook: "", priority: 0)
        var isBase = false
        try NetlinkFraming.forEachAttribute(in: payload, after: 4) { (type, value) throws(NetlinkFault) in
            switch UInt32(type) {
            case NFTA_CHAIN_TABLE.rawValue: table = try value.text()
            case NFTA_CHAIN_NAME.rawValue: chain = try value.text()
            case NFTA_CHAIN_TYPE.rawValue: self.type = try value.text()
            case NFTA_CHAIN_POLICY.rawValue: policy = try value.networkUInt32() == 0 ? "drop" : "accept"
            // Rules of the chain; none can jump to a base chain.
            case NFTA_CHAIN_USE.rawValue: rules = Int(try value.networkUInt32())
            case NFTA_CHAIN_HOOK.rawValue:
                isBase = true
                try readHook(value)
            default: break
            }
        }
        if !isBase { return nil }
    }

    private mutating func readHook(_ nest: RawSpan) throws(NetlinkFault) {
        try NetlinkFraming.forEachAttribute(in: nest) { (type, value) throws(NetlinkFault) in
            switch UInt32(type) {
            case NFTA_HOOK_HOOKNUM.rawValue: hook = NetfilterHook.hook(try value.networkUInt32(), family: family)
            case NFTA_HOOK_PRIORITY.rawValue: priority = Int32(bitPattern: try value.networkUInt32())
            // One device here and, since 5.5, all of them in the list as well.
            case NFTA_HOOK_DEV.rawValue: if devices.isEmpty { devices = [Self.device(value)] }
            case NFTA_HOOK_DEVS.rawValue: devices = try Self.devices(in: value)
            default: break
            }
        }
    }

    private static func devices(in nest: RawSpan) throws(NetlinkFault) -> [String] {
        var names: [String] = []
        try NetlinkFraming.forEachAttribute(in: nest, isList: true) { (type, value) throws(NetlinkFault) in
            if UInt32(type) == NFTA_DEVICE_NAME.rawValue { names.append(device(value)) }
        }
        return names
    }

    /// A name that does not end with a zero is the beginning of the names meant (`nft_nla_put_hook_dev`, since 6.16).
    private static func device(_ value: RawSpan) -> String {
        (try? value.text()) ?? String(decoding: value.byteArray(), as: UTF8.self) + "*"
    }
}

extension NetlinkSocket {
    /// The base chains of every family (`NFT_MSG_GETCHAIN`); none where the kernel has no nftables. For a socket of
    /// family `netfilter`; needs CAP_NET_ADMIN.
    /// - Parameter netns: cookie of the socket's namespace.
    mutating func baseChains(netns: UInt64) throws(KernelError) -> [PacketFilter] {
        let request = NetlinkMessage(type: Int(NetlinkMessage.getChains), family: FamilyHeader.netfilter)
        do throws(KernelError) {
            return try dump(request, of: "nftables chains", expecting: Int(NetlinkMessage.newChain)) {
                (payload) throws(NetlinkFault) in try PacketFilter(netlink: payload, netns: netns)
            }
        } catch {
            // nfnetlink_rcv_msg (net/netfilter/nfnetlink.c) of a subsystem that is not there.
            if error.code == .call && error.errno == .invalidArgument { return [] }
            throw error
        }
    }
}
