import Glibc
import Testing

@testable import Kernel
@testable import Model

/// A node that forwards: a proxy's veth, two pods, an uplink, and devices nothing may be redirected to.
struct RedirectTopology {
    let node: NetworkNamespace
    let pods: NetworkNamespace
    /// ifindexes by name; `vin` is the hook's interface.
    let index: [String: UInt32]

    init() throws {
        node = try NetworkNamespace.makeEmpty()
        pods = try NetworkNamespace.makeEmpty()
        try node.shell(
            """
            set -e; ip link set lo up; echo 1 > /proc/sys/net/ipv4/ip_forward
            echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
            for i in in a b up port; do
              ip link add v$i type veth peer name p$i netns /proc/\(getpid())/fd/\(pods.descriptor)
              echo 0 > /proc/sys/net/ipv6/conf/v$i/accept_dad; ip link set v$i up
            done
            ip addr add 192.168.7.1/24 dev vup
            ip route add 10.9.0.2 dev vin; ip route add 10.9.0.5 dev va; ip route add 10.9.0.6 dev vb
            ip -6 route add fd00:9::5 dev va; ip -6 route add fd00:9::6 dev vb
            ip neigh add 10.9.0.5 lladdr 02:00:00:00:00:05 dev va nud reachable
            ip -6 neigh add fd00:9::5 lladdr 02:00:00:00:00:05 dev va nud reachable
            ip route add 10.60.0.0/16 via 192.168.7.254; ip route add 10.100.0.0/16 dev va
            ip link add br0 type bridge; ip link set br0 up; ip route add 10.9.0.7 dev br0
            ip link set vport master br0; ip route add 10.9.0.8 dev vport
            ip tuntap add dev tun0 mode tun; ip link set tun0 up; ip route add 10.9.0.9 dev tun0
            ip route add 10.9.0.10 dev lo
            ip route add blackhole 10.30.0.1; ip route add prohibit 10.30.0.2; ip route add unreachable 10.30.0.3
            ip -6 route add blackhole fd00:30::1
            """)
        try pods.shell("set -e; for i in in a b up port; do ip link set p$i up; done")
        var index: [String: UInt32] = [:]
        for name in ["lo", "vin", "va", "vb", "vup", "vport", "br0", "tun0"] { index[name] = try node.index(name) }
        self.index = index
    }

    static func question(_ text: String, source: String? = "10.9.0.2") throws -> FIBProbe.Question {
        let destination = try #require(IPAddress(text))
        return .init(
            source: destination.family == .ipv4 ? source.flatMap { IPAddress($0) } : nil, destination: destination,
            ipProtocol: 6, sourcePort: 40000, destinationPort: 80)
    }

    /// Answers for packets that come in on `vin`.
    func ask(_ texts: [String], _ configuration: RedirectConfiguration = Configurations.make()) throws -> [FIBProbe
        .Answer]
    {
        let questions = try texts.map { try Self.question($0) }
        let input = index["vin"] ?? 0
        return try node.run { () throws(KernelError) in try FIBProbe(configuration).ask(questions, ifindex: input) }
    }

    func ask(_ text: String, _ configuration: RedirectConfiguration = Configurations.make()) throws -> FIBProbe.Answer {
        try #require(try ask([text], configuration).first)
    }
}
