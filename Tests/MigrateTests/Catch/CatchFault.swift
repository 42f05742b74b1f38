import Model
import Testing

@testable import Lab

/// What makes a replacement wrong on a node as it is: nothing of the program is exchanged, it is asked, and answers wrongly.
enum CatchFault: String, CaseIterable {
    case wrongDevice = "wrong device: a route to another pod's"
    case noRoute = "no way: the route is gone"
    case unfitDevice = "no way: the device becomes a bridge's port"
    case memberMissing = "wrong membership: the set misses a device"
    case outsider = "wrong membership: the set holds an outsider"
    case silentNeighbor = "neighbor: it does not answer any more"
    case wrongMAC = "neighbor: a wrong MAC"

    var membership: Membership {
        switch self {
        case .memberMissing, .outsider: .enrolled
        default: .onLink
        }
    }

    /// Whether a neighbor is asked that does not answer.
    var isOfNeighbor: Bool { [.wrongDevice, .silentNeighbor, .wrongMAC].contains(self) }

    /// The pod that packets are sent to.
    var pod: String { self == .outsider ? "plain" : "pod1" }

    /// - Parameter program: which asks for members.
    func make(_ node: Node, program: UInt32) throws {
        let pod = try node.lab.pod(pod)
        switch self {
        case .wrongDevice:
            try node.sh("ip route replace \(pod.address) dev \(node.lab.pod("pod2").interface) scope link")
        case .noRoute: try node.sh("ip route del \(pod.address)")
        case .unfitDevice: try node.sh("ip link add catch type bridge; ip link set \(pod.interface) master catch")
        case .memberMissing: try node.set(ofProgram: program, "delete", pod.ifindex)
        case .outsider: try node.set(ofProgram: program, "update", pod.ifindex)
        case .silentNeighbor: try node.silence(self.pod)
        case .wrongMAC:
            try node.sh("ip neigh replace \(pod.address) lladdr 02:00:00:00:00:99 dev \(pod.interface) nud permanent")
        }
    }

    /// - Parameter route: of the pod, as it was.
    func mend(_ node: Node, route: String, program: UInt32) throws {
        let pod = try node.lab.pod(pod)
        switch self {
        case .wrongDevice:
            // What has failed before a flip is no failure of the run: the next one must not find it.
            let wrong = try node.lab.pod("pod2").interface
            try node.sh("ip route replace \(route); ip neigh del \(pod.address) dev \(wrong) || true")
        case .noRoute: try node.sh("ip route replace \(route)")
        case .unfitDevice: try node.sh("ip link del catch")
        // The set goes with the program.
        case .memberMissing, .outsider: break
        case .silentNeighbor:
            try node.sh(
                """
                ip netns exec \(self.pod) sysctl -qw net.ipv4.conf.eth0.arp_ignore=0
                ip neigh del \(pod.address) dev \(pod.interface) || true
                """)
        case .wrongMAC: try node.sh("ip neigh del \(pod.address) dev \(pod.interface)")
        }
    }
}

extension Node {
    func routes(to pod: String) throws -> String {
        String(try sh("ip route show \(lab.pod(pod).address)").split(separator: "\n").first ?? "")
    }

    /// Puts an interface into the set of members that a program asks, or takes it out, by hand.
    func set(ofProgram id: UInt32, _ change: String, _ ifindex: UInt32) throws {
        let set = try #require(try maps(ofProgram: id).first { $0.type == "devmap_hash" })
        let bytes = (0..<4).map { String(ifindex >> (8 * $0) & 0xff) }.joined(separator: " ")
        // A device map's value: the interface, and no program of its own (struct bpf_devmap_val).
        let size = try sh("bpftool -j map show id \(set.id) | jq .bytes_value").filter(\.isNumber)
        let value = change == "delete" ? "" : "value \(bytes)" + (size == "8" ? " 255 255 255 255" : "")
        try sh("bpftool map \(change) id \(set.id) key \(bytes) \(value)")
    }
}
