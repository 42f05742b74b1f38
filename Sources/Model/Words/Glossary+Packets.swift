/// Of packets of the equivalence test.
extension Glossary {
    static let packets: [Meaning] = [
        Meaning("tcp", "kind of packet", "TCP, as it comes every day."),
        Meaning("udp", "kind of packet", "UDP, as it comes every day."),
        Meaning("icmp", "kind of packet", "ICMP or ICMPv6."),
        Meaning("other-protocol", "kind of packet", "SCTP, GRE, ESP, and numbers that nobody uses."),
        Meaning("first-fragment", "kind of packet", "The first fragment of a packet."),
        Meaning("later-fragment", "kind of packet", "A fragment that has no ports."),
        Meaning("header-options", "kind of packet", "An IPv4 header of more than 20 bytes."),
        Meaning("service-class", "kind of packet", "With TOS, or with traffic class and flow label."),
        Meaning("time-to-live", "kind of packet", "With a TTL or hop limit of 0, 1 or 255."),
        Meaning("extension-headers", "kind of packet", "IPv6 with extension headers."),
        Meaning("neighbor-discovery", "kind of packet", "Neighbor and router discovery of IPv6."),
        Meaning("vlan-tagged", "kind of packet", "With a VLAN tag in line."),
        Meaning("group-mac", "kind of packet", "To a group MAC, the broadcast MAC among them."),
        Meaning("long", "kind of packet", "Longer than an Ethernet device's usual MTU."),
        Meaning("segmented", "kind of packet", "A packet that stands for several (GSO)."),
        Meaning("metadata", "kind of packet", "With something in mark, priority and control block."),
        Meaning("cut-off", "kind of packet", "Cut off at some byte, short of the header that it claims."),
        Meaning("malformed", "kind of packet", "With fields that contradict each other."),
        Meaning("not-ip", "kind of packet", "ARP, 802.3 length fields, unknown types."),
    ]
}
