import Kernel
import Model

/// Whether the neighbor tables can hold an entry for every destination that is redirected.
///
/// There is one table for each family (`arp_tbl`, `nd_tbl`), each with its own `gc_thresh3`, which counts over all
/// namespaces and is set in the initial one only (net/core/neighbour.c). Permanent and externally learned entries do not
/// count (`neigh_alloc`, `exempt_from_gc`).
enum NeighborTable {
    /// - Parameters:
    ///   - use: of the tables now, over every namespace seen.
    ///   - redirected: destinations of the maps that the replacement redirects. One that is only a stale key takes no
    ///     neighbor.
    ///   - widened: destinations that no map holds and the replacement redirects: traffic to them takes a neighbor, too.
    static func blockers(
        _ use: NetworkReader.NeighborUse, families: [AddressFamily], redirected: [AddressFamily: Int],
        widened: [PlanDocument.Destination]
    ) -> [PlanDocument.Blocker] {
        families.compactMap { family in
            // Unknown where no namespace with the sysctl could be entered; then nothing is claimed.
            guard let limit = use.limits[family] else { return nil }
            let pods = redirected[family] ?? 0
            let others = widened.count { $0.address.family == family }
            let used = use.counted[family] ?? 0
            // Twice: neighbors that went stale stay for a while beside those that took their place.
            let needed = 2 * (pods + others) + used
            guard needed > limit else { return nil }
            let sum = others == 0 ? "\(pods) pods" : "(\(pods) pods + \(others) widened)"
            return .init(
                .neighborTable,
                "2 × \(sum) + \(used) neighbors in use = \(needed), but \(family.rawValue) gc_thresh3 is \(limit)",
                remedy: "Raise it on the host:  sysctl -w net.\(family.rawValue).neigh.default.gc_thresh3=\(2 * needed)"
            )
        }
    }
}
