import Inventory
import Kernel
import Model

/// What others do to the hooks of a run while it waits: the kernel tells of every change, and a change that it had to drop
/// counts as one.
final class HookWatch {
    private let run: RunAtHand
    private var monitors: [Monitor] = []
    /// What was told already, so that it is told once.
    private var known: Set<String> = []

    private final class Monitor {
        var monitor: NetlinkMonitor
        init(_ monitor: consuming NetlinkMonitor) { self.monitor = monitor }
    }

    /// Listens in every namespace of the run's hooks that is found; the others are looked at now and then.
    init(_ run: RunAtHand) {
        self.run = run
        let cookies = Set(run.record.hooks.map(\.before.netns.cookie))
        guard let seen = try? NamespaceDiscovery.observe(seeking: cookies) else { return }
        for namespace in seen.namespaces where cookies.contains(namespace.identity.cookie) {
            let cookie = namespace.identity.cookie
            let monitor = try? namespace.run { () throws(KernelError) in
                Monitor(try NetlinkMonitor(groups: [.trafficControl, .links], netns: cookie))
            }
            if let monitor { monitors.append(monitor) }
        }
    }

    /// For the poll loop.
    var descriptors: [CInt] { monitors.map { $0.monitor.descriptor } }

    /// Takes what the kernel told.
    func drain() { for each in monitors { _ = try? each.monitor.pending() } }

    /// Hooks that do not hold our program any more and were not told of yet, one line each.
    func news() -> [String] {
        guard let lines = try? RunInspector(run.record, outlook: run.outlook).drift() else { return [] }
        let new = lines.filter { !known.contains($0) }
        // Mended, and then broken again, is told again.
        known = Set(lines)
        return new
    }
}
