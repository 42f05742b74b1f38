import Lab
import Model

/// Who filters on the node, and pods that the deployment does not know.
extension TestNode {
    /// An nftables chain on the node's forward path that counts the packets to each address, of both families.
    public func countForwarded(to addresses: [IPAddress]) throws {
        let rules = addresses.map {
            "add rule inet lab passing \($0.family == .ipv4 ? "ip" : "ip6") daddr \($0) udp dport != 0 counter"
        }
        try nft(
            """
            add table inet lab
            add chain inet lab passing { type filter hook forward priority 0; }
            \(rules.joined(separator: "\n"))
            """)
    }

    /// Packets to an address that the chain has seen.
    public func filtered(_ address: IPAddress) throws -> Int {
        let words = try sh("nft list chain inet lab passing").split(whereSeparator: \.isWhitespace)
        guard let place = words.firstIndex(of: "\(address)"),
            let counter = words[place...].firstIndex(of: "packets"), let count = Int(words[counter + 1])
        else { throw TestFailure("no counter for \(address)") }
        return count
    }

    public func nft(_ script: String, in pod: String? = nil) throws {
        try lab.run(["nft", "-f", "-"], in: pod, input: script + "\n").mustSucceed()
    }

    /// A pod that nobody tells the deployment of, wired as the others are. Gone with the lab.
    /// - Parameter ifindex: of its host side; the kernel's choice where it is `nil`.
    public func addPod(_ name: String, _ address: String, ipv6: String? = nil, ifindex: UInt32? = nil) throws {
        let index = ifindex.map { "index \($0)" } ?? ""
        try sh(
            """
            ip netns add \(name)
            ip link add \(name) \(index) address ee:ee:ee:ee:ee:ee type veth peer name eth0 netns \(name)
            ip link set \(name) up; ip -n \(name) link set lo up; ip -n \(name) link set eth0 up
            ip -n \(name) addr add \(address)/32 dev eth0
            ip -n \(name) route add 169.254.1.1 dev eth0 scope link
            ip -n \(name) route add default via 169.254.1.1 dev eth0
            ip -n \(name) neigh add 169.254.1.1 lladdr ee:ee:ee:ee:ee:ee dev eth0 nud permanent
            ip route replace \(address)/32 dev \(name) scope link
            """)
        guard let ipv6 else { return }
        try sh(
            """
            ip -n \(name) addr add \(ipv6)/128 dev eth0 nodad
            ip -n \(name) route add ::/0 via fe80::ecee:eeff:feee:eeee dev eth0
            ip -n \(name) neigh add fe80::ecee:eeff:feee:eeee lladdr ee:ee:ee:ee:ee:ee dev eth0 nud permanent
            ip -6 route replace \(ipv6)/128 dev \(name)
            """)
    }

    /// Sends datagrams from one pod to an address, to a port where nobody listens.
    public func send(_ count: Int, from pod: String, to address: String) throws {
        try sh("bash -c 'for i in $(seq \(count)); do echo x > /dev/udp/\(address)/9 || true; done' 2>&1", in: pod)
    }

    /// Datagrams that arrived in a pod and met nobody (`NoPorts` of /proc/net/snmp, `Udp6NoPorts` of snmp6).
    public func unheard(in pod: String, ipv6: Bool = false) throws -> Int {
        if ipv6 {
            let words = try sh("cat /proc/net/snmp6", in: pod).split(whereSeparator: \.isWhitespace)
            return words.firstIndex(of: "Udp6NoPorts").flatMap { Int(words[$0 + 1]) } ?? 0
        }
        let rows = try sh("cat /proc/net/snmp", in: pod).split(separator: "\n").filter { $0.hasPrefix("Udp:") }
            .map { $0.split(separator: " ") }
        guard let column = rows.first?.firstIndex(of: "NoPorts"), rows.count > 1 else { return 0 }
        return Int(rows[1][column]) ?? 0
    }

    /// ifindexes in a pinned set of interfaces, in order.
    public func members(_ runID: String, netns: UInt64) throws -> [UInt32] {
        let pin = try pins(of: runID).enrolledPath(netns)
        return try lab.enter { try DeviceSet.members(pin: pin) }
    }
}
