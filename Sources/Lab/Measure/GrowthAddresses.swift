import Model

/// Destinations beyond the lab's own: a host route and a permanent neighbor each, behind the lab's pods.
///
/// Permanent neighbors do not count against `gc_thresh3` (net/core/neighbour.c).
enum GrowthAddresses {
    static let limit = 1_000_000

    /// 10.128.0.0, …; fd00:128::, …
    static func address(_ family: AddressFamily, _ index: Int) -> IPAddress {
        family == .ipv4
            ? .v4(first(.ipv4) + UInt32(index)) : .v6(0xfd00_0128 << 96 | UInt128(first(.ipv6)) + UInt128(index))
    }

    /// Last four bytes of the first one.
    static func first(_ family: AddressFamily) -> UInt32 { family == .ipv4 ? 0x0a80_0000 : 0 }

    /// The pod behind which a destination is; none is the sender itself, which would be sent nothing.
    static func pod(_ index: Int, _ pods: [LabPod]) -> LabPod { pods[index % pods.count] }

    /// In the calling thread's namespace.
    static func fill(_ indexes: Range<Int>, _ lab: LabNode, _ path: MeasuredPath) throws(LabError) {
        let pods = lab.pods.filter { $0.name != path.sender.name }
        let families = AddressFamily.allCases.filter { path.address($0) != nil }
        for start in stride(from: indexes.lowerBound, to: indexes.upperBound, by: 20_000) {
            var lines: [String] = []
            for index in start..<min(start + 20_000, indexes.upperBound) {
                let pod = pod(index, pods)
                for family in families {
                    let address = address(family, index)
                    lines.append("route add \(address) dev \(pod.interface)")
                    lines.append("neigh add \(address) lladdr \(pod.mac) dev \(pod.interface) nud permanent")
                }
            }
            try IPBatch.run(lines)
        }
    }
}
