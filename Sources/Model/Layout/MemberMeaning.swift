/// What a member is for, as far as its type and its name tell. A hint: what it holds decides.
public enum MemberMeaning: Sendable {
    case ipv4Address, ipv6Address, mac, ifindex
}

extension TypeLayout.Member {
    /// The last part of the path in lower case, without array marks: `endpoint.mac_addr` → `mac_addr`.
    public var name: String {
        let last = path.split(separator: ".").last.map(String.init) ?? ""
        return String(last.prefix { $0 != "[" }).lowercased()
    }

    /// By size, type and name; `nil` where they say nothing.
    public var meaning: MemberMeaning? {
        let isNumber = kind == .unsigned || kind == .signed
        if isIPv6 { return .ipv6Address }
        if size == 4 && isNumber && count == 1 || kind == .bytes && size == 4 {
            if isNetworkOrder || says(["ip", "ip4", "ipv4", "daddr", "saddr", "addr", "address"]) {
                return .ipv4Address
            }
        }
        if kind == .bytes && size == 6 { return .mac }
        if size == 8 && (kind == .bytes || kind == .unsigned) && name.contains("mac") { return .mac }
        if isNumber && count == 1 && (size == 2 || size == 4) {
            let fits =
                name.contains("ifindex") || name.contains("if_index") || name.contains("ifidx") || name == "oif"
                || name == "iif" || name.hasPrefix("iface") || name == "dev" || name.hasSuffix("_dev")
            if fits { return .ifindex }
        }
        return nil
    }

    /// Whether the name says that it is an address, its own or one of two.
    public var namesAddress: Bool {
        ["src", "dst", "source", "destination"].contains(name)
            || says(["ip", "ip4", "ip6", "ipv4", "ipv6", "addr", "address", "daddr", "saddr", "sip", "dip"])
    }

    /// A number of a type that is network byte order by its name (include/uapi/linux/types.h).
    public var isNetworkOrder: Bool { typeName.hasPrefix("__be") || typeName == "in_addr_t" }

    /// Whether the name says that a MAC is the sender's.
    public var saysSource: Bool { name.hasPrefix("s") || name.contains("src") || name.contains("source") }

    private var isIPv6: Bool {
        guard size == 16 else { return false }
        if typeName == "struct in6_addr" { return true }
        let hasWidth = kind == .bytes || kind == .unsigned && count == 4
        return hasWidth
            && (says(["ip", "ip6", "ipv6", "daddr", "saddr", "addr", "address"]) || typeName.contains("v6"))
    }

    /// Whether one of the words is a word of the name.
    private func says(_ words: Set<String>) -> Bool {
        !words.isDisjoint(with: name.split(separator: "_").map(String.init))
    }
}
