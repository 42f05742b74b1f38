import Glibc
import Kernel
import Model
import Testing

@Suite(.needsRoot, .serialized) struct NetlinkRouteQueryTests {
    let node: NetworkNamespace
    let pods: NetworkNamespace

    /// A node that forwards between two pods' veths and an uplink, with a route of each kind.
    init() throws {
        node = try NetworkNamespace.makeEmpty()
        pods = try NetworkNamespace.makeEmpty()
        try node.shell(
            """
            set -e; ip link set lo up; echo 1 > /proc/sys/net/ipv4/ip_forward
            echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
            for i in in out up; do
              ip link add v$i type veth peer name p$i netns /proc/\(getpid())/fd/\(pods.descriptor)
              echo 0 > /proc/sys/net/ipv6/conf/v$i/accept_dad; ip link set v$i up
            done
            ip addr add 192.168.7.1/24 dev vup; ip addr add fd00:7::1/64 dev vup nodad
            ip route add 10.9.0.5 dev vin; ip route add 10.9.0.2 dev vout
            ip -6 route add fd00:9::5 dev vin; ip -6 route add fd00:9::2 dev vout
            ip route add 10.60.0.0/16 via 192.168.7.254; ip -6 route add fd00:60::/64 via fd00:7::fe
            ip route add 10.20.0.0/16 nexthop via 192.168.7.2 nexthop via 192.168.7.3
            ip -6 route add fd00:20::/64 nexthop via fd00:7::2 nexthop via fd00:7::3
            ip route add blackhole 10.30.0.0/16; ip -6 route add blackhole fd00:30::/64
            ip route add unreachable 10.31.0.0/16; ip -6 route add unreachable fd00:31::/64
            ip route add prohibit 10.32.0.0/16; ip -6 route add prohibit fd00:32::/64
            """)
        try pods.shell("set -e; ip link set pin up; ip link set pout up; ip link set pup up; sleep 0.2")
    }

    /// What stands in the documentation of `NetlinkSocket.answers`.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var destinations: [String]
        /// Of both modes; for `EINVAL` and its like in IPv4 and in IPv6.
        var errnos: [CInt?] = [nil, nil]
        var kind = Route.Kind.unicast
        var output: [String] = ["vup", "vup"]
        var gateway: [String]?
        var prefix: [UInt8] = [32, 128]
        var hops = 0

        init(_ name: String, _ destinations: [String], errnos: [CInt?] = [nil, nil]) {
            testDescription = name
            self.destinations = destinations
            self.errnos = errnos
        }
        func with(_ change: (inout Row) -> Void) -> Row {
            var copy = self
            change(&copy)
            return copy
        }
    }

    static let rows: [Row] = [
        Row("on link", ["10.9.0.2", "fd00:9::2"]).with { $0.output = ["vout", "vout"] },
        Row("out of the input", ["10.9.0.5", "fd00:9::5"]).with { $0.output = ["vin", "vin"] },
        Row("gateway", ["10.60.0.1", "fd00:60::1"]).with {
            $0.gateway = ["192.168.7.254", "fd00:7::fe"]
            $0.prefix = [16, 64]
        },
        Row("multipath", ["10.20.0.1", "fd00:20::1"]).with {
            $0.prefix = [16, 64]
            $0.hops = 2
        },
        Row("local", ["192.168.7.1", "fd00:7::1"]).with { $0.kind = .local },
        Row("no route", ["10.99.0.1", "fd00:99::1"], errnos: [ENETUNREACH, ENETUNREACH]),
        Row("blackhole", ["10.30.0.1", "fd00:30::1"], errnos: [EINVAL, EINVAL]),
        Row("unreachable", ["10.31.0.1", "fd00:31::1"], errnos: [EHOSTUNREACH, EHOSTUNREACH]),
        Row("prohibit", ["10.32.0.1", "fd00:32::1"], errnos: [EACCES, EACCES]),
        Row("multicast", ["224.0.0.5", "ff02::5"], errnos: [EINVAL, EMSGSIZE]),
    ]

    func query(_ text: String, input: UInt32?) throws -> RouteQuery {
        let destination = try #require(IPAddress(text))
        return RouteQuery(
            destination: destination, source: IPAddress(destination.family == .ipv4 ? "10.9.0.5" : "fd00:9::5"),
            inputInterface: input, ipProtocol: 6, sourcePort: 40000, destinationPort: 80)
    }

    @Test(arguments: rows) func `the kernel's answers with an input interface`(_ row: Row) throws {
        var socket = try node.socket()
        let queries = try row.destinations.map { try query($0, input: try node.index("vin")) }
        let decisions = try socket.answers(to: queries, mode: .decision, netns: node.cookie)
        let matches = try socket.answers(to: queries, mode: .matchedRoute, netns: node.cookie)
        #expect(decisions.map { $0.errno?.rawValue } == row.errnos && matches.map { $0.errno?.rawValue } == row.errnos)
        for (index, expected) in row.errnos.enumerated() where expected == nil {
            let decision = try #require(decisions[index].route)
            let match = try #require(matches[index].route)
            #expect(decision.kind == row.kind && match.kind == row.kind && decision.netns == node.cookie)
            #expect(
                decision.destination == IPPrefix(row.destinations[index])
                    && match.destination.length == row.prefix[index])
            // A local address is decided as "to lo" and matched as "on its interface".
            let output = try node.index(row.kind == .local ? "lo" : row.output[index])
            #expect(decision.outputInterface == output && !decision.isMultipath)
            #expect(match.nextHops.count == row.hops)
            if row.hops == 0 {
                #expect(match.outputInterface == (try node.index(row.output[index])))
                #expect(match.gateway == row.gateway.flatMap { IPAddress($0[index]) })
                #expect(decision.gateway == match.gateway)
            } else {
                #expect(match.nextHops.map(\.gateway).contains(decision.gateway))
            }
        }
    }

    @Test func `IPv4 with an input interface and no source is not answered`() throws {
        var socket = try node.socket()
        let input = try node.index("vin")
        let queries = ["10.9.0.2", "fd00:9::2"].compactMap { IPAddress($0) }.map {
            RouteQuery(destination: $0, inputInterface: input)
        }
        let answers = try socket.answers(to: queries, mode: .matchedRoute, netns: node.cookie)
        #expect(answers.map { $0.errno?.rawValue } == [EINVAL, nil])
        let nowhere = try socket.answers(to: [query("10.9.0.2", input: 9999)], mode: .decision, netns: node.cookie)
        #expect(nowhere.map { $0.errno?.rawValue } == [ENODEV])
    }

    @Test func `forwarding off on the input`() throws {
        try node.shell(
            "echo 0 > /proc/sys/net/ipv4/conf/vin/forwarding; echo 0 > /proc/sys/net/ipv6/conf/vin/forwarding")
        var socket = try node.socket()
        let input = try node.index("vin")
        let answers = try socket.answers(
            to: [query("10.9.0.2", input: input), query("fd00:9::2", input: input)], mode: .decision, netns: node.cookie
        )
        #expect(answers.map { $0.errno?.rawValue } == [EHOSTUNREACH, nil])
    }

    @Test func `thousands of answers come in the order of the questions`() throws {
        var socket = try node.socket()
        let input = try node.index("vin")
        let queries = (0..<20_000).map { index -> RouteQuery in
            // Every third one has no route: refusals and answers come mixed.
            let base: UInt32 = index % 3 == 0 ? 0x0a63_0000 : 0x0a3c_0000
            return RouteQuery(
                destination: .v4(base + UInt32(index)), source: .v4(0x0a09_0005), inputInterface: input)
        }
        var answers: [RouteAnswer] = []
        let time = try ContinuousClock().measure {
            answers = try socket.answers(to: queries, mode: .decision, netns: node.cookie)
        }
        #expect(time < .seconds(30))
        #expect(answers.count == queries.count)
        for (index, answer) in answers.enumerated() {
            if index % 3 == 0 {
                #expect(answer.errno?.rawValue == ENETUNREACH)
            } else {
                #expect(answer.route?.destination.address == queries[index].destination)
            }
        }
    }
}
