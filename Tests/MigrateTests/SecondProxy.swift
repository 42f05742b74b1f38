import Model
import TestSupport
import Testing

@testable import Lab

/// A second hook, which the traffic does not pass, and somebody else who writes it.
extension Node {
    static let foreignPin = "/sys/fs/bpf/foreign"

    /// A second veth into the proxy's namespace, with the legacy program on it.
    func addSecondProxy() throws {
        try sh(
            """
            bpftool prog pin id \(try slot().program) /sys/fs/bpf/second
            ip link add hz2 type veth peer name eth1 netns ztunnel
            ip link set hz2 up; ip -n ztunnel link set eth1 up
            ip -n ztunnel addr add 10.9.0.3/32 dev eth1; ip route add 10.9.0.3 dev hz2 scope link
            tc qdisc add dev hz2 clsact
            tc filter add dev hz2 ingress prio 1 handle 1 bpf direct-action object-pinned /sys/fs/bpf/second
            rm /sys/fs/bpf/second
            """)
    }

    func putIntoSecondProxy(_ pin: String) throws {
        try sh("tc filter replace dev hz2 ingress prio 1 handle 1 bpf direct-action object-pinned \(pin)")
    }

    /// Another program every time; pinned until the lab ends.
    func takeSecondProxy() throws -> UInt32 {
        let id = try lab.enter { try ForeignProgram.pin(name: "foreign", at: Self.foreignPin) }
        try putIntoSecondProxy(Self.foreignPin)
        return id
    }

    func secondProxyProgram() throws -> UInt32 {
        let text = try sh("tc -j filter show dev hz2 ingress | jq '[.[].options.prog.id | numbers][0]'")
        return try #require(UInt32(text.prefix { $0 != "\n" }))
    }
}
