import Glibc
import Model
import SystemPackage

/// Tables of iptables and ip6tables as they were before nftables. Those made by iptables-nft are nftables' chains.
enum LegacyTables {
    /// The built-in chains of the tables in the calling thread's namespace; what is in them is not read.
    static func chains(netns: UInt64) throws(KernelError) -> [PacketFilter] {
        var found: [PacketFilter] = []
        for (file, family) in [("ip_tables_names", "ip"), ("ip6_tables_names", "ip6")] {
            for table in try names("/proc/thread-self/net/\(file)") {
                found += hooks(of: table).map { hook, priority in
                    PacketFilter(
                        netns: netns, kind: .iptables, family: family, hook: hook, priority: priority, table: table,
                        chain: hook.uppercased())
                }
            }
        }
        return found
    }

    /// One name a line; a kernel without iptables has no such file.
    private static func names(_ path: String) throws(KernelError) -> [String] {
        // SAFETY: the path is a C string for the call.
        guard unsafe access(path, F_OK) == 0 else { return [] }
        guard let text = TextFile.read(path) else { throw .call("read", path, .last) }
        return text.split(separator: "\n").map(String.init).sorted()
    }

    /// Where a table's chains are (`valid_hooks` and priorities in net/ipv4/netfilter/iptable_*.c).
    static func hooks(of table: String) -> [(hook: String, priority: Int32)] {
        let all = ["prerouting", "input", "forward", "output", "postrouting"]
        return switch table {
        case "raw": [("prerouting", -300), ("output", -300)]
        case "mangle": all.map { ($0, -150) }
        case "nat": [("prerouting", -100), ("input", 100), ("output", -100), ("postrouting", 100)]
        case "security": [("input", 50), ("forward", 50), ("output", 50)]
        // `filter`, and whatever a kernel may add: better seen too often than not at all.
        default: [("input", 0), ("forward", 0), ("output", 0)]
        }
    }
}
