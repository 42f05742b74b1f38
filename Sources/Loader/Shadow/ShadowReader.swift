import Kernel
import Model

/// Reads what one shadow saw, wherever it stands, and gives it the names of its namespace.
final class ShadowReader {
    let hooks: [Hook]
    let namespace: NetworkNamespace
    private let counters: ShadowCounters
    private let drops: DropWatch
    /// Names of the namespace's interfaces, as they were when they were read last.
    private var names: [UInt32: String] = [:]
    /// What it counted while it was tried, before any packet came by.
    private let tried: UInt64

    /// Before it is attached: what filters drop is compared with now.
    init(_ counters: ShadowCounters, at hooks: [Hook], in namespace: NetworkNamespace) throws(KernelError) {
        (self.counters, self.hooks, self.namespace) = (counters, hooks, namespace)
        drops = try namespace.run { () throws(KernelError) in try DropWatch(hooks, in: namespace.identity) }
        tried = try counters.readTotals().ineligible
    }

    func totals() throws(KernelError) -> ShadowTotals {
        var totals = try counters.readTotals()
        totals.ineligible -= min(tried, totals.ineligible)
        return totals
    }

    func fellForward() throws(KernelError) -> UInt64 { try counters.readFellForward() }

    func destinations() throws(KernelError) -> [ShadowDestination] {
        try readNames()
        return try counters.readDestinations(netns: namespace.identity.cookie).map { found in
            var found = found
            found.views?.name(names)
            return found
        }
    }

    /// What was put aside since this was asked last.
    func packets() throws(KernelError) -> [ShadowPacket] {
        let found = try counters.takePackets(netns: namespace.identity.cookie)
        if !found.isEmpty { try readNames() }
        return found.map { packet in
            var packet = packet
            packet.views.name(names)
            return packet
        }
    }

    /// Keeps the names of those that went meanwhile.
    private func readNames() throws(KernelError) {
        let links = try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            return try socket.links(netns: namespace.identity.cookie)
        }
        for link in links { names[link.ifindex] = link.name }
    }

    /// See ``DropWatch/lines()``.
    func dropped() throws(KernelError) -> (certain: [String], possible: [String]) {
        try namespace.run { () throws(KernelError) in try drops.lines() }
    }
}
