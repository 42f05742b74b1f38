import Kernel
import Model

/// Packets that filters drop while a shadow stands: the shadow sees what the map says, not what the legacy program then does.
///
/// The kernel counts for an interface, not for a filter; at tcx it counts nothing.
struct DropWatch {
    private struct Place {
        var hook: Hook
        /// Whether no other filter is at that interface, in either direction.
        var isAlone: Bool
        var before: UInt32
    }

    private let places: [Place]
    private let netns: UInt64

    /// For a thread inside the hooks' namespace.
    init(_ hooks: [Hook], in netns: NamespaceIdentity) throws(KernelError) {
        self.netns = netns.cookie
        var socket = try NetlinkSocket()
        let drops = try socket.filterDrops(netns: netns.cookie)
        let filters = try HookReader.hooks(
            in: netns, links: try socket.links(netns: netns.cookie), socket: &socket)
        places = hooks.filter { $0.kind != .tcx }.map { hook in
            let others = filters.filter {
                $0.attachment == nil && $0.ifindex == hook.ifindex && !$0.isSamePlace(as: hook)
            }
            return Place(hook: hook, isAlone: others.isEmpty, before: drops[hook.ifindex] ?? 0)
        }
    }

    /// One line for each interface whose filters have dropped packets since.
    ///
    /// - Returns: `certain`: only the legacy program can have done it.
    func lines() throws(KernelError) -> (certain: [String], possible: [String]) {
        var socket = try NetlinkSocket()
        let drops = try socket.filterDrops(netns: netns)
        var certain: [String] = [], possible: [String] = []
        for place in places {
            let now = drops[place.hook.ifindex] ?? place.before
            // A qdisc or an interface that was made anew counts from nothing.
            let more = Int(now >= place.before ? now - place.before : now)
            guard more > 0 else { continue }
            if place.isAlone {
                certain.append(
                    "the legacy program of \(place.hook.title) dropped \(more.of("packet")), whatever its map says")
            } else {
                possible.append(
                    "filters of \(place.hook.interface) dropped \(more.of("packet")), the legacy program perhaps")
            }
        }
        return (certain, possible)
    }
}
