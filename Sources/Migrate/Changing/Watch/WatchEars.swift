import Kernel
import Model

/// What the kernel tells of the watched namespaces: one monitor in each.
final class WatchEars {
    struct Heard {
        /// Interfaces at which a filter or qdisc came, changed or went.
        var hooks: Set<DeviceKey> = []
        /// Links, routes or neighbors are others than before.
        var isNetworkChanged = false
        /// The kernel had to drop notifications, or one could not be read: look at all again.
        var isLost = false
    }

    private final class Monitor {
        let netns: UInt64
        var monitor: NetlinkMonitor
        init(_ monitor: consuming NetlinkMonitor, netns: UInt64) {
            self.monitor = monitor
            self.netns = netns
        }
    }

    private let monitors: [Monitor]

    init(_ namespaces: [NetworkNamespace]) throws(KernelError) {
        var made: [Monitor] = []
        for namespace in namespaces {
            let cookie = namespace.identity.cookie
            made.append(
                try namespace.run { () throws(KernelError) in
                    Monitor(
                        try NetlinkMonitor(
                            groups: [.trafficControl, .links, .neighbors, .routes4, .routes6], netns: cookie),
                        netns: cookie)
                })
        }
        monitors = made
    }

    /// For the poll loop.
    var descriptors: [CInt] { monitors.map { $0.monitor.descriptor } }

    /// Takes what was told.
    func take() -> Heard {
        var heard = Heard()
        for each in monitors {
            let notifications: [NetlinkNotification]
            do throws(KernelError) { notifications = try each.monitor.pending() } catch {
                heard.isLost = true
                continue
            }
            for notification in notifications {
                switch notification.object {
                case .filter(let filter): heard.hooks.insert(DeviceKey(netns: each.netns, ifindex: filter.ifindex))
                case .qdisc(let qdisc): heard.hooks.insert(DeviceKey(netns: each.netns, ifindex: qdisc.ifindex))
                case .link, .neighbor, .other: heard.isNetworkChanged = true
                }
            }
        }
        return heard
    }
}
