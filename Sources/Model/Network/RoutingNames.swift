/// Numbers of rtnetlink by their names, as the SQL views and `ip` have them; others stay numbers.
public enum RoutingNames {
    /// `RT_TABLE_*` (include/uapi/linux/rtnetlink.h).
    public static func table(_ number: UInt32) -> String {
        [255: "local", 254: "main", 253: "default"][number] ?? String(number)
    }

    /// `RT_SCOPE_*`.
    public static func scope(_ number: UInt8) -> String {
        [0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"][number] ?? String(number)
    }

    /// `RTPROT_*`: who installed a route.
    public static func origin(_ number: UInt8) -> String {
        [
            0: "unspecified", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 8: "gated", 9: "ra", 10: "mrt",
            11: "zebra", 12: "bird", 13: "dnrouted", 14: "xorp", 15: "ntk", 16: "dhcp", 17: "mrouted",
            18: "keepalived", 42: "babel", 99: "openr", 186: "bgp", 187: "isis", 188: "ospf", 189: "rip",
            192: "eigrp",
        ][number] ?? String(number)
    }
}
