/// Of hooks and packets: where, how, and what becomes of them.
extension Glossary {
    static let fates: [Meaning] = [
        Meaning("clsact", "kind of hook", "A filter of the clsact qdisc (tc)."),
        Meaning("ingress", "kind of hook", "A filter of the ingress qdisc (tc)."),
        Meaning("tcx", "kind of hook", "The list of tc programs without a qdisc (Linux 6.6)."),
        Meaning("xdp", "kind of hook", "Before the stack, in the driver or just behind it."),
        Meaning("netkit", "kind of hook", "A netkit device's own list."),
        Meaning("ingress", "direction of a hook", "Packets that come in at the interface."),
        Meaning("egress", "direction of a hook", "Packets that leave by the interface."),
        Meaning("native", "mode of a hook", "XDP in the driver."),
        Meaning("generic", "mode of a hook", "XDP behind the driver, on the packet as the stack has it."),
        Meaning("offload", "mode of a hook", "XDP on the device itself."),
        Meaning("nftables", "kind of packet filter", "A base chain of nftables; iptables-nft writes such chains, too."),
        Meaning("iptables", "kind of packet filter", "A built-in chain of an iptables table."),
        Meaning("bpf", "kind of packet filter", "A BPF program by a netfilter link."),
        Meaning("redirected", "fate of a packet", "It is sent straight to a device."),
        Meaning("stack", "fate of a packet", "It goes on to the stack, and so through netfilter."),
        Meaning("next", "fate of a packet", "The next program at the hook decides."),
        Meaning("dropped", "fate of a packet", "It is dropped."),
        Meaning("legacy", "program", "The one that asks the map."),
        Meaning("replacement", "program", "The one that asks the kernel's FIB and neighbors."),
    ]
}
