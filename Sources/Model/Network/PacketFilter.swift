/// Something that sees packets on their way through the stack and may drop or change them.
///
/// A redirected packet skips what is on the forward path; before the redirect it has met only xdp and tc.
public struct PacketFilter: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable {
        /// A base chain of nftables; iptables-nft writes such chains, too.
        case nftables
        /// A built-in chain of an iptables table (`ip_tables_names`).
        case iptables
        /// A BPF program by a netfilter link.
        case bpf
    }

    /// Cookie of the namespace; `nil` where the kernel does not say (BPF links).
    public var netns: UInt64?
    public var kind: Kind
    /// `ip`, `ip6`, `inet`, `arp`, `bridge` or `netdev`, as nft(8) says.
    public var family: String
    /// `prerouting`, `input`, `forward`, `output`, `postrouting`, `ingress` or `egress`.
    public var hook: String
    /// Lower ones come first (`enum nf_ip_hook_priorities`).
    public var priority: Int32
    /// `filter`, `nat` or `route` of nftables.
    public var type: String?
    public var table: String?
    public var chain: String?
    /// What happens to a packet that no rule decides: `accept` or `drop`; `nil` where it is not known.
    public var policy: String?
    /// `nil` where it is not known.
    public var rules: Int?
    /// Interfaces, for hooks that belong to one.
    public var devices: [String]
    public var program: ProgramReference?
    public var linkID: UInt32?

    public init(
        netns: UInt64?, kind: Kind, family: String, hook: String, priority: Int32, type: String? = nil,
        table: String? = nil, chain: String? = nil, policy: String? = nil, rules: Int? = nil, devices: [String] = [],
        program: ProgramReference? = nil, linkID: UInt32? = nil
    ) {
        self.netns = netns
        self.kind = kind
        self.family = family
        self.hook = hook
        self.priority = priority
        self.type = type
        self.table = table
        self.chain = chain
        self.policy = policy
        self.rules = rules
        self.devices = devices
        self.program = program
        self.linkID = linkID
    }

    /// Whether a packet that is redirected at a host interface no longer meets it: it is on the path of forwarded IP
    /// packets.
    public var isOnForwardPath: Bool {
        ["ip", "ip6", "inet"].contains(family) && ["prerouting", "forward", "postrouting"].contains(hook)
    }

    /// Whether every packet passes it unchanged: no rule, and the policy is to accept.
    public var isIdle: Bool { rules == 0 && policy == "accept" }

    /// `nftables inet filter/forward`, as messages name it.
    public var title: String {
        switch kind {
        case .nftables: "nftables \(family) \(table ?? "?")/\(chain ?? "?") (\(hook))"
        case .iptables: "\(family == "ip6" ? "ip6tables" : "iptables") \(table ?? "?")/\(chain ?? "?")"
        case .bpf: "BPF program \(program.map { "\($0.id) (\($0.name))" } ?? "?") (\(family) \(hook))"
        }
    }
}
