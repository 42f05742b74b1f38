import Model

/// A neighbor that the kernel uses though whoever is behind the interface has another MAC, as after a pod was made again
/// without announcing itself.
struct StaleNeighbor: Hashable {
    /// What the kernel would write as destination.
    let mac: MACAddress
    /// Nobody asks again for a permanent neighbor.
    let isForEver: Bool

    /// How long at most the kernel uses it while packets are sent: 45 s reachable, 5 s delay, three probes of 1 s
    /// (net/core/neighbour.c with its defaults).
    static let seconds = 53

    /// - Returns: `nil` where the neighbor is right, or not usable, so that the kernel asks before it sends.
    init?(_ neighbor: Neighbor?, behind peer: Link) {
        guard let neighbor, !neighbor.state.isDisjoint(with: .valid), let mac = neighbor.mac, mac != peer.mac else {
            return nil
        }
        self.mac = mac
        isForEver = !neighbor.state.isDisjoint(with: [.permanent, .noarp])
    }
}
