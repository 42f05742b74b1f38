import Glibc
import Kernel
import Model
import Testing

@Suite(.needsRoot, .serialized) struct NetlinkDumpTests {
    let node: NetworkNamespace
    let pod: NetworkNamespace

    /// A node with a pod behind a veth, a gateway behind another veth in the node, a bridge with a port.
    init() throws {
        node = try NetworkNamespace.makeEmpty()
        pod = try NetworkNamespace.makeEmpty()
        try node.shell(
            """
            set -e; ip link set lo up
            ip link add veth1 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:02 \
              netns /proc/\(getpid())/fd/\(pod.descriptor)
            ip link add a0 type veth peer name a1; ip link add br0 type bridge; ip link set a1 master br0
            ip link set veth1 up; ip link set a0 up; ip link set a1 up; ip link set br0 up
            ip addr add 10.9.0.1/32 dev veth1; ip addr add 192.168.7.1/24 dev a0
            ip -6 addr add fd00:7::1/64 dev a0 nodad
            """)
        try pod.shell("ip link set lo up; ip link set eth0 up; ip addr add 10.9.0.2/24 dev eth0")
    }

    @Test func `links say kind, master, peer and MAC`() throws {
        var socket = try node.socket()
        let links = try socket.links(netns: node.cookie)
        let byName = Dictionary(uniqueKeysWithValues: links.map { ($0.name, $0) })
        let names = try node.shell("ls /proc/sys/net/ipv4/conf").split(separator: "\n").map(String.init)
        #expect(Set(byName.keys) == Set(names).subtracting(["all", "default"]))
        let veth = try #require(byName["veth1"])
        #expect(veth.kind == "veth" && veth.isEthernet && veth.isUp && veth.mtu == 1500)
        #expect(veth.mac == MACAddress("02:00:00:00:00:01"))
        #expect(veth.ifindex == (try node.index("veth1")) && veth.netns == node.cookie)
        #expect(veth.peer == (try pod.index("eth0")))
        #expect(byName["br0"]?.kind == "bridge")
        #expect(byName["a1"]?.master == byName["br0"]?.ifindex)
        #expect(byName["lo"]?.kind == nil && byName["lo"]?.isLoopback == true)
    }

    @Test func `peers resolve both ways and within one namespace`() throws {
        let all = [try NetworkNamespace.current(), node, pod]
        var here = try node.socket()
        var there = try pod.socket()
        let fromNode = try here.peerNamespaces(of: here.links(netns: node.cookie), among: all)
        let fromPod = try there.peerNamespaces(of: there.links(netns: pod.cookie), among: all)
        #expect(fromNode.first { $0.name == "veth1" }?.peerNetns == pod.cookie)
        #expect(fromPod.first { $0.name == "eth0" }?.peerNetns == node.cookie)
        let own = try #require(fromNode.first { $0.name == "a0" })
        #expect(own.peerNetnsID == nil && own.peerNetns == node.cookie)
        #expect(own.peer == (try node.index("a1")))
        // Not opened: the peer's namespace is known to exist, and not which one it is.
        let blind = try here.peerNamespaces(of: here.links(netns: node.cookie), among: [node])
        let veth = try #require(blind.first { $0.name == "veth1" })
        #expect(veth.peerNetnsID != nil && veth.peerNetns == nil)
        #expect(try here.namespaceIDs(of: all)[0] == nil)
    }

    @Test func `addresses of both families`() throws {
        var socket = try node.socket()
        let addresses = try socket.addresses(netns: node.cookie)
        let a0 = try node.index("a0")
        #expect(
            addresses.contains { $0.address == IPAddress("192.168.7.1") && $0.prefixLength == 24 && $0.ifindex == a0 })
        #expect(addresses.contains { $0.address == IPAddress("fd00:7::1") && $0.prefixLength == 64 && $0.scope == 0 })
        #expect(addresses.contains { $0.address == IPAddress("127.0.0.1") && $0.scope == 254 })
        #expect(addresses.contains { $0.address.isLinkLocal && $0.address.family == .ipv6 && $0.scope == 253 })
    }

    @Test func `rules with every selector`() throws {
        try node.shell(
            """
            ip rule add prio 100 from 10.0.0.0/8 to 10.9.0.0/16 iif veth1 fwmark 0x10/0xff lookup 77
            ip rule add prio 101 not ipproto tcp sport 80-90 dport 443 uidrange 1-5 lookup 1000
            ip -6 rule add prio 102 to fd00::/8 oif a0 prohibit
            ip rule add prio 103 tos 0x10 blackhole
            """)
        var socket = try node.socket()
        let rules = try socket.rules(netns: node.cookie)
        let first = try #require(rules.first { $0.priority == 100 })
        #expect(first.source == IPPrefix("10.0.0.0/8") && first.destination == IPPrefix("10.9.0.0/16"))
        #expect(first.inputInterface == "veth1" && first.mark == 0x10 && first.markMask == 0xff && first.table == 77)
        let second = try #require(rules.first { $0.priority == 101 })
        #expect(second.isInverted && second.ipProtocol == 6 && second.table == 1000)
        #expect(second.sourcePorts == Rule.Range(first: 80, last: 90))
        #expect(second.destinationPorts == Rule.Range(first: 443, last: 443))
        #expect(second.userIDs == Rule.Range(first: 1, last: 5))
        let third = try #require(rules.first { $0.priority == 102 })
        #expect(third.family == .ipv6 && third.outputInterface == "a0" && third.action == 8)
        #expect(rules.first { $0.priority == 103 }?.tos == 0x10)
        let defaults = rules.filter { $0.family == .ipv4 && !$0.selectsOnPacket && $0.priority > 32000 }
        #expect(defaults.map(\.table) == [254, 253] && rules.contains { $0.priority == 0 && $0.table == 255 })
    }

    @Test func `routes of all tables, kinds and next hops`() throws {
        try node.shell(
            """
            set -e
            ip route add 10.9.0.2/32 dev veth1 metric 5
            ip route add default via 192.168.7.254
            ip route add 10.20.0.0/16 nexthop via 192.168.7.2 nexthop via 192.168.7.3
            ip route add blackhole 10.30.0.0/16; ip route add unreachable 10.31.0.0/16 table 300
            ip -6 route add fd00:9::/64 via fd00:7::fe
            ip route add 10.40.0.0/16 via inet6 fd00:7::fe dev a0
            ip nexthop add id 5 via 192.168.7.9 dev a0; ip route add 10.50.0.0/16 nhid 5
            ip -6 route add fd00:20::/64 nexthop via fd00:7::2 nexthop via fd00:7::3
            """)
        var socket = try node.socket()
        let routes = try socket.routes(netns: node.cookie)
        func route(_ prefix: String) throws -> Route {
            try #require(routes.first { $0.destination == IPPrefix(prefix) })
        }
        let a0 = try node.index("a0")
        let pod = try route("10.9.0.2/32")
        #expect(
            pod.outputInterface == (try node.index("veth1")) && pod.metric == 5 && pod.scope == 253
                && pod.kind == .unicast)
        #expect(try route("0.0.0.0/0").gateway == IPAddress("192.168.7.254"))
        let many = try route("10.20.0.0/16")
        #expect(
            many.isMultipath && many.nextHops.map(\.gateway) == [IPAddress("192.168.7.2"), IPAddress("192.168.7.3")])
        #expect(try route("10.30.0.0/16").kind == .blackhole)
        let other = try route("10.31.0.0/16")
        #expect(other.table == 300 && other.kind == .unreachable)
        #expect(try route("fd00:9::/64").gateway == IPAddress("fd00:7::fe"))
        #expect(try route("10.40.0.0/16").gateway == IPAddress("fd00:7::fe"))
        let object = try route("10.50.0.0/16")
        #expect(object.gateway == IPAddress("192.168.7.9") && object.outputInterface == a0)
        #expect(try route("fd00:20::/64").nextHops.count == 2)
        let local = try #require(
            routes.first { $0.table == Route.localTable && $0.destination == IPPrefix("192.168.7.1/32") })
        #expect(local.kind == .local && local.preferredSource == IPAddress("192.168.7.1"))
        // The kernel adds routes of IPv6 addresses by itself, a moment after they are there: compare until it is done.
        var counts = (dumped: -1, shown: 0)
        for _ in 0..<40 where counts.dumped != counts.shown {
            let shown = try node.shell("ip -4 route show table all; ip -6 route show table all").split(separator: "\n")
            counts = (try socket.routes(netns: node.cookie).count, shown.count { !$0.hasPrefix("\t") })
            if counts.dumped != counts.shown { usleep(50_000) }
        }
        #expect(counts.dumped == counts.shown)
    }

    @Test func `neighbors with state and MAC`() throws {
        try node.shell(
            """
            set -e
            ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev veth1 nud permanent
            ip neigh add fd00:7::9 lladdr 02:00:00:00:00:09 dev a0 nud reachable
            ip neigh add proxy 10.9.0.77 dev veth1
            """)
        var socket = try node.socket()
        let neighbors = try socket.neighbors(netns: node.cookie)
        let first = try #require(neighbors.first { $0.address == IPAddress("10.9.0.2") })
        #expect(first.mac == MACAddress("02:00:00:00:00:02") && first.state == .permanent)
        #expect(neighbors.first { $0.address == IPAddress("fd00:7::9") }?.state == .reachable)
        #expect(!neighbors.contains { $0.address == IPAddress("10.9.0.77") })
    }

    @Test func `a refusal says verb, object and cause`() throws {
        var socket = try node.socket()
        let slot = FilterSlot(
            ifindex: 9999, parent: Filter.clsactIngress, chain: 0, priority: 1, protocol: 3, handle: 1)
        let error = #expect(throws: KernelError.self) { try socket.filter(at: slot, netns: 0) }
        #expect(error?.errno?.rawValue == ENODEV)
        #expect(
            error?.description
                == "read filter ifindex 9999 parent ffff:fff2 chain 0 priority 1 protocol 0x3 handle 0x1: No such device"
        )
    }

    /// Twenty thousand routes: many datagrams, and the dump is whole.
    @Test func `a large table comes whole`() throws {
        try node.shell(
            "seq 0 19999 | awk '{printf \"route add 10.%d.%d.%d/32 dev veth1 table 9\\n\", 100+$1/65536, $1/256%256, $1%256}' | ip -batch -"
        )
        var socket = try node.socket()
        #expect(try socket.routes(netns: node.cookie).count { $0.table == 9 } == 20_000)
    }

    /// Dumps while the table changes: each is whole, or an error that says so.
    @Test func `a table that keeps changing is never half a table`() throws {
        let churn = try node.shell(
            "(while ip route add 10.77.0.1/32 dev a0 && ip route del 10.77.0.1/32 dev a0; do :; done) >/dev/null 2>&1 & echo $!"
        )
        let process = try #require(pid_t(churn.split(separator: "\n").first ?? ""))
        defer { kill(process, SIGKILL) }
        var socket = try node.socket()
        let fixed = try #require(IPPrefix("192.168.7.1/32"))
        for _ in 0..<50 {
            do throws(KernelError) {
                let routes = try socket.routes(netns: node.cookie)
                #expect(routes.contains { $0.destination == fixed })
            } catch { #expect(error.code == .changing) }
        }
    }
}
