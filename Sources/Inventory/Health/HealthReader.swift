import Glibc
import Kernel
import Model

/// Reads how a run's planned destinations fare: their neighbors and devices, from the namespaces of its hooks.
///
/// It also listens: a neighbor that fails while packets flow is asked for again with the next one, and a look every few
/// seconds would hardly ever meet the moment at which it had failed.
public final class HealthReader {
    private let trial: RunTrial
    private let planned: Set<IPAddress>
    private let devices: Set<DeviceKey>
    private let namespaces: [NetworkNamespace]
    private var monitors: [Monitor] = []
    /// Failed since this began to listen.
    private var heard: Set<HealthReading.Destination> = []

    private final class Monitor {
        let netns: UInt64
        var monitor: NetlinkMonitor
        init(_ monitor: consuming NetlinkMonitor, netns: UInt64) {
            self.monitor = monitor
            self.netns = netns
        }
    }

    public init(_ trial: RunTrial, listening: Bool) {
        self.trial = trial
        planned = Set(trial.destinations.map(\.address))
        devices = Set(trial.destinations.map { DeviceKey(netns: $0.netns, ifindex: $0.ifindex) })
        let cookies = Set(trial.destinations.map(\.netns))
        let found = (try? NamespaceDiscovery.observe(seeking: cookies).namespaces) ?? []
        namespaces = found.filter { cookies.contains($0.identity.cookie) }
        guard listening else { return }
        for namespace in namespaces {
            let cookie = namespace.identity.cookie
            let monitor = try? namespace.run { () throws(KernelError) in
                Monitor(try NetlinkMonitor(groups: [.neighbors], netns: cookie), netns: cookie)
            }
            if let monitor { monitors.append(monitor) }
        }
    }

    /// For the poll loop.
    public var descriptors: [CInt] { monitors.map { $0.monitor.descriptor } }

    /// Takes what the kernel told. What it had to drop, the next reading may still see.
    /// - Returns: whether a planned neighbor has failed that had not.
    public func listen() -> Bool {
        let before = heard.count
        for each in monitors {
            for notification in (try? each.monitor.pending()) ?? [] {
                // Whoever deletes a neighbor sets it to failed first (neigh_delete, net/core/neighbour.c), though nobody was asked.
                guard case .neighbor(let neighbor) = notification.object, notification.portID == 0,
                    !notification.isRemoval
                else { continue }
                if let failed = failure(neighbor) { heard.insert(failed) }
            }
        }
        return heard.count > before
    }

    /// Waits for the answers that the kernel is asking for at this moment, while listening.
    ///
    /// Under traffic a dead neighbor is `incomplete` nearly all the time, and failed only from the last unanswered request to the
    /// next packet (`__neigh_event_send`, net/core/neighbour.c). By default that is three requests, a second apart
    /// (`mcast_solicit`, `retrans_time_ms`). Where nothing is being asked for, nothing is waited for.
    public func settle(seconds: Int = 5) {
        let end = ContinuousClock.now + .seconds(seconds)
        while !listen(), isAsking(), ContinuousClock.now < end { usleep(100_000) }
    }

    /// Whether a planned destination's neighbor is being asked for. One that is met in the moment at which it has failed is
    /// neither asked for nor, a packet later, failed any more: it is kept.
    private func isAsking() -> Bool {
        namespaces.contains { namespace in
            let cookie = namespace.identity.cookie
            let neighbors = try? namespace.run { () throws(KernelError) in
                var socket = try NetlinkSocket()
                return try socket.neighbors(netns: cookie)
            }
            heard.formUnion((neighbors ?? []).compactMap(failure))
            return (neighbors ?? []).contains { $0.state.contains(.incomplete) && planned.contains($0.address) }
        }
    }

    /// As the kernel has it now, and what was heard.
    public func read() -> HealthReading {
        var reading = HealthReading(failed: [], devices: [])
        for cookie in Set(trial.destinations.map(\.netns)).sorted() {
            guard let namespace = namespaces.first(where: { $0.identity.cookie == cookie }) else {
                reading.gaps.append(.init(netns: cookie, why: "the network namespace was not found"))
                continue
            }
            do throws(KernelError) {
                let (neighbors, counted) = try namespace.run { () throws(KernelError) in
                    var socket = try NetlinkSocket()
                    return (try socket.neighbors(netns: cookie), try socket.deviceErrors(netns: cookie))
                }
                heard.formUnion(neighbors.compactMap(failure))
                reading.devices += counted.filter { devices.contains(DeviceKey(netns: cookie, ifindex: $0.ifindex)) }
            } catch {
                reading.gaps.append(.init(netns: cookie, why: "\(error)"))
            }
        }
        // Told while the above was read.
        _ = listen()
        reading.failed = heard.sorted { $0.address < $1.address }
        return reading
    }

    /// How a namespace is named where a check says from where it looked.
    public func title(_ cookie: UInt64) -> String {
        let path = namespaces.first { $0.identity.cookie == cookie }?.identity.path
        return path.map { "\(cookie) (\($0))" } ?? "\(cookie)"
    }

    private func failure(_ neighbor: Neighbor) -> HealthReading.Destination? {
        guard neighbor.state.contains(.failed), planned.contains(neighbor.address) else { return nil }
        return HealthReading.Destination(netns: neighbor.netns, ifindex: neighbor.ifindex, address: neighbor.address)
    }
}
