import Model

/// Whether the neighbor table can hold an entry for every pod.
///
/// `gc_thresh3` counts over all namespaces and is set in the initial one only (net/core/neighbour.c).
enum NeighborTable {
    /// - Parameter pods: destinations of the maps, by family; a pod of both has a neighbor in each.
    static func blocker(_ survey: Survey, pods: [AddressFamily: Int]) -> PlanDocument.Blocker? {
        for family in survey.profile.contract.families {
            // Unknown where no namespace with the sysctl could be entered; then nothing is claimed.
            guard let limit = survey.neighborUse.limits[family] else { continue }
            let pods = pods[family] ?? 0
            let used = survey.neighborUse.counted[family] ?? 0
            let needed = 2 * pods + used
            guard needed > limit else { continue }
            return .init(
                .neighborTable,
                "2 × \(pods) pods + \(used) neighbors in use = \(needed), but \(family.rawValue) gc_thresh3 is \(limit)",
                remedy: "Raise it on the host:  sysctl -w net.\(family.rawValue).neigh.default.gc_thresh3=\(2 * needed)"
            )
        }
        return nil
    }
}
