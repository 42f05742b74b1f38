import Glibc

/// A table of iptables comes to be when somebody first asks for it, as `iptables -L` does (`xt_find_table_lock`).
public enum LegacyTable {
    /// In the calling thread's namespace. `IPT_SO_GET_INFO` and `IP6T_SO_GET_INFO` are 64; `struct ipt_getinfo` has
    /// 84 bytes, the name first.
    public static func make(_ name: String, ipv6: Bool = false) throws {
        let raw = socket(
            ipv6 ? AF_INET6 : AF_INET, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), CInt(IPPROTO_RAW))
        guard raw >= 0 else { throw TestFailure("open a raw socket: errno \(errno)") }
        defer { close(raw) }
        var info = Array(name.utf8) + [UInt8](repeating: 0, count: 84 - name.utf8.count)
        var size = socklen_t(info.count)
        let level = CInt(ipv6 ? IPPROTO_IPV6 : IPPROTO_IP)
        guard getsockopt(raw, level, 64, &info, &size) == 0 else {
            throw TestFailure("make table \(name): errno \(errno)")
        }
    }
}
