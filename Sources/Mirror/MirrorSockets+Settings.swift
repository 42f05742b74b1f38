import Kernel
import Model

extension MirrorSockets {
    /// The far side says nothing of its own and forwards nothing.
    static var silent: KeyValuePairs<String, String> {
        [
            "ipv4/ip_forward": "0", "ipv4/conf/default/forwarding": "0",
            "ipv6/conf/all/disable_ipv6": "1", "ipv6/conf/default/disable_ipv6": "1",
        ]
    }

    /// The near side forwards whatever comes in, wherever it comes from, and is not heard otherwise.
    ///
    /// Set before there are devices, which take over what is the default then. A new namespace has the node's own IPv4
    /// settings (`devconf_inherit_init_net`, net/ipv4/devinet.c), and may have its IPv6 ones: all that matters is said.
    static var forwarding: KeyValuePairs<String, String> {
        [
            "ipv6/conf/all/disable_ipv6": "0", "ipv6/conf/default/disable_ipv6": "0",
            // The lookup of a program insists on it, and so does the stack.
            "ipv4/ip_forward": "1", "ipv4/conf/default/forwarding": "1",
            "ipv6/conf/all/forwarding": "1", "ipv6/conf/default/forwarding": "1",
            "ipv4/conf/all/rp_filter": "0", "ipv4/conf/default/rp_filter": "0",
            "ipv4/conf/all/send_redirects": "0", "ipv4/conf/default/send_redirects": "0",
            // An error for every packet, not for the first few, and alike each time.
            "ipv4/icmp_ratemask": "0", "ipv6/icmp/ratelimit": "0", "ipv6/auto_flowlabels": "0",
            // No link-local addresses, and no probing for others that have them.
            "ipv6/conf/all/accept_dad": "0", "ipv6/conf/default/accept_dad": "0",
            "ipv6/conf/default/addr_gen_mode": "1",
        ]
    }

    /// Gateways that no destination is: a documentation address (RFC 5737), and a link-local one.
    static func stackRoutes(_ ifindex: UInt32) throws(KernelError) -> [NamespaceChanges.Change] {
        var gateways: [IPAddress] = [.v4(0xc000_0201)]
        // Where the kernel was told to leave IPv6 out, there is no such setting.
        if try Sysctl.read("net/ipv6/conf/all/forwarding") != nil { gateways.append(.v6(0xfe80 << 112 | 0xfe02)) }
        return gateways.flatMap { gateway -> [NamespaceChanges.Change] in
            [
                .defaultRoute(by: gateway, ifindex: ifindex),
                .neighbor(gateway, Mirror.stackNeighbor, ifindex: ifindex),
            ]
        }
    }
}
