/// Names of netfilter's families and hooks (include/uapi/linux/netfilter.h), as nft(8) writes them.
enum NetfilterHook {
    /// `NFPROTO_*`.
    static func family(_ number: UInt32) -> String {
        switch number {
        case 1: "inet"
        case 2: "ip"
        case 3: "arp"
        case 5: "netdev"
        case 7: "bridge"
        case 10: "ip6"
        default: "family-\(number)"
        }
    }

    /// `NF_INET_*`, `NF_BR_*`, `NF_ARP_*` or `NF_NETDEV_*`, by family.
    static func hook(_ number: UInt32, family: String) -> String {
        let names =
            switch family {
            case "netdev": ["ingress", "egress"]
            case "arp": ["input", "output", "forward"]
            default: ["prerouting", "input", "forward", "output", "postrouting", "ingress"]
            }
        return Int(number) < names.count ? names[Int(number)] : "hook-\(number)"
    }
}
