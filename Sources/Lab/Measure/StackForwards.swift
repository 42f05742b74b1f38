/// How many packets the calling thread's network namespace has forwarded by its stack.
enum StackForwards {
    /// Of both families: `ForwDatagrams` of snmp and `Ip6OutForwDatagrams` of snmp6 (net/ipv4/proc.c, net/ipv6/proc.c).
    static func count() throws(LabError) -> UInt64 {
        // Not /proc/net, which is the process's and not the thread's.
        let rows = try TextFile.read("/proc/thread-self/net/snmp").split(separator: "\n")
            .filter { $0.hasPrefix("Ip:") }.map { $0.split(separator: " ") }
        guard rows.count == 2, let column = rows[0].firstIndex(of: "ForwDatagrams"), rows[1].indices.contains(column),
            let four = UInt64(rows[1][column])
        else { throw LabError(.system, "read ForwDatagrams") }
        let six = try TextFile.read("/proc/thread-self/net/snmp6").split(separator: "\n")
            .map { $0.split(whereSeparator: \.isWhitespace) }.first { $0.first == "Ip6OutForwDatagrams" }?.last
        return four + (six.flatMap { UInt64($0) } ?? 0)
    }
}
