/// Kernel settings of the calling thread's network namespace.
enum NodeSettings {
    static func set(_ name: String, _ value: Int) throws(LabError) {
        try TextFile.write("\(value)", to: "/proc/sys/net/\(name)")
    }

    /// The node forwards, as every Kubernetes node does; the deployment turns the reverse path filter off.
    ///
    /// `default` comes before any interface is made: interfaces copy it when they appear.
    static func apply(ipv6: Bool) throws(LabError) {
        try set("ipv4/ip_forward", 1)
        for scope in ["all", "default"] {
            try set("ipv4/conf/\(scope)/rp_filter", 0)
            try set("ipv4/conf/\(scope)/send_redirects", 0)
        }
        guard ipv6 else { return }
        for scope in ["all", "default"] {
            try set("ipv6/conf/\(scope)/forwarding", 1)
            try set("ipv6/conf/\(scope)/accept_dad", 0)
        }
    }
}
