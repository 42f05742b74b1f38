import Glibc
import Model
import TestSupport

@testable import Kernel

/// Real messages: datagrams of a live kernel, byte for byte.
enum NetlinkCapture {
    /// A namespace with something of every kind in it, and what its kernel says when everything is dumped.
    static func datagrams() throws -> [[UInt8]] {
        let node = try NetworkNamespace.makeEmpty()
        let pod = try NetworkNamespace.makeEmpty()
        let bpffs = try PrivateBPFFS()
        _ = try ForeignProgram.pin(name: "fuzzed", at: bpffs.path + "/fuzzed")
        try node.shell(
            """
            set -e; ip link set lo up; sysctl -qw net.ipv4.ip_forward=1
            ip link add veth1 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:02 \
              netns /proc/\(getpid())/fd/\(pod.descriptor)
            ip link add a0 type veth peer name a1; ip link add br0 type bridge; ip link set a1 master br0
            for each in veth1 a0 a1 br0; do ip link set $each up; done
            ip addr add 10.9.0.1/32 dev veth1; ip addr add 192.168.7.1/24 dev a0; ip -6 addr add fd00:7::1/64 dev a0 nodad
            ip rule add prio 100 from 10.0.0.0/8 to 10.9.0.0/16 iif veth1 fwmark 0x10/0xff lookup 77
            ip rule add prio 101 not ipproto tcp sport 80-90 dport 443 uidrange 1-5 lookup 1000
            ip -6 rule add prio 102 to fd00::/8 oif a0 prohibit
            ip route add 10.9.0.2/32 dev veth1 metric 5; ip route add default via 192.168.7.254
            ip route add 10.20.0.0/16 nexthop via 192.168.7.2 nexthop via 192.168.7.3
            ip route add blackhole 10.30.0.0/16; ip route add unreachable 10.31.0.0/16 table 300
            ip -6 route add fd00:9::/64 via fd00:7::fe; ip route add 10.40.0.0/16 via inet6 fd00:7::fe dev a0
            ip -6 route add fd00:20::/64 nexthop via fd00:7::2 nexthop via fd00:7::3
            ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev veth1 nud permanent
            ip neigh add fd00:7::9 lladdr 02:00:00:00:00:09 dev a0 nud reachable
            tc qdisc add dev a0 ingress_block 22 clsact; tc qdisc add dev veth1 clsact
            tc filter add dev veth1 ingress prio 7 handle 0x7 protocol ip bpf da classid 1:5 object-pinned \(bpffs.path)/fuzzed
            tc filter add dev veth1 ingress chain 9 protocol ipv6 prio 3 bpf da \(NetlinkFilterTests.bytecode)
            tc filter add dev veth1 egress protocol 0x88cc prio 4 u32 match u32 0 0
            """)
        let veth = try node.index("veth1")
        let query = RouteQuery(
            destination: .v4(0x0a09_0002), source: .v4(0xc0a8_0705), inputInterface: try node.index("a0"))
        var socket = try node.socket()
        var all: [[UInt8]] = []
        for (type, family) in [
            (18, FamilyHeader.link()), (22, FamilyHeader.address(.ipv4)), (22, FamilyHeader.address(.ipv6)),
            (26, FamilyHeader.route(.ipv4)), (26, FamilyHeader.route(.ipv6)), (30, FamilyHeader.neighbor(.ipv4)),
            (30, FamilyHeader.neighbor(.ipv6)), (34, FamilyHeader.rule(.ipv4)), (34, FamilyHeader.rule(.ipv6)),
            (38, FamilyHeader.trafficControl(ifindex: 0)),
            (46, FamilyHeader.trafficControl(ifindex: veth, parent: Filter.clsactIngress)),
            (46, FamilyHeader.trafficControl(ifindex: veth, parent: Filter.clsactEgress)),
        ] {
            all += try answers(to: NetlinkMessage(type: type, flags: NLM_F_DUMP, family: family), of: &socket)
        }
        all += try answers(to: query.message(.decision), of: &socket)
        all += try answers(to: query.message(.matchedRoute), of: &socket)
        // Refusals, the second with the kernel's words: no such route, and a dump of an interface that is not there.
        var nowhere = query
        nowhere.inputInterface = 9999
        all += try answers(to: nowhere.message(.decision), of: &socket)
        let missing = FamilyHeader.trafficControl(ifindex: 9999, handle: 1, parent: Filter.clsactIngress, info: 0x10003)
        all += try answers(to: NetlinkMessage(type: 46, family: missing), of: &socket)
        return all
    }

    private static let NLM_F_DUMP: Int32 = 0x300

    /// The datagrams that answer one request, the last one with its status.
    private static func answers(to request: NetlinkMessage, of socket: inout NetlinkSocket) throws -> [[UInt8]] {
        let isDump = Int32(request.flags) & NLM_F_DUMP == NLM_F_DUMP
        try socket.send(CollectionOfOne(request), first: socket.takeSequences(1), "capture", "type \(request.type)")
        var all: [[UInt8]] = []
        while true {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(socket.descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw TestFailure("no answer to type \(request.type): errno \(errno)") }
            all.append(Array(buffer.prefix(count)))
            if try !isDump || NetlinkReply.parse(all[all.count - 1]).contains(where: { $0.status != nil }) {
                return all
            }
        }
    }

    /// The messages of `type` in the datagrams, without their headers.
    static func payloads(_ type: UInt16, in datagrams: [[UInt8]]) throws -> [[UInt8]] {
        try datagrams.flatMap { try NetlinkReply.parse($0) }.filter { $0.header.type == type }.map(\.payload)
    }
}
