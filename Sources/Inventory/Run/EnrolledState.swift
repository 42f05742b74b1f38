import Kernel
import Model

/// What is left of the set of interfaces that a committed run began with.
public enum EnrolledState {
    /// - Returns: `nil` for a run of another membership; `drift` has a line for each set that cannot be read, and for
    ///   each member that is behind none of the interfaces.
    public static func read(
        _ plan: PlanDocument, of inspector: RunInspector, bpffs: BPFFileSystem
    ) -> (state: StatusDocument.Enrolled?, drift: [String]) {
        guard plan.decision.membership == .enrolled, let set = plan.membership.enrolled else { return (nil, []) }
        var drift: [String] = []
        var now: Set<DeviceKey> = []
        var room: UInt32 = 0
        var read: Set<UInt64> = []
        for netns in Set(plan.decision.hooks.map(\.netns)).sorted() {
            let pin = "\(inspector.run.pinDirectory)/\(EnrolledPin.name(netns))"
            do throws(KernelError) {
                let map = try BPFMap(pin: pin)
                room = max(room, map.record.maxEntries)
                now.formUnion(try members(map).map { DeviceKey(netns: netns, ifindex: $0) })
                read.insert(netns)
            } catch {
                drift.append("the set of enrolled interfaces cannot be read, its program keeps it: \(error)")
            }
        }
        var (left, pruned, foreign) = compare(set, now, read)
        // Whoever put it there: an interface with a member behind it belongs in the set.
        if !foreign.isEmpty {
            let behind = inspector.memberDevices(plan, in: read, bpffs: bpffs)
            foreign.removeAll { behind.contains($0) }
        }
        if !foreign.isEmpty {
            let shown = foreign.prefix(3).map { "ifindex \($0.ifindex)" }.joined(separator: ", ")
            drift.append(
                "the set of enrolled interfaces holds \(foreign.count) that this run never put there: \(shown)")
        }
        if left == 0, set.interfacesTotal > 0, !read.isEmpty {
            drift.append("the set of enrolled interfaces holds none of the planned \(set.interfacesTotal) any more")
        }
        drift += inspector.uncovered(plan, by: now, in: read, bpffs: bpffs)
        return (
            .init(
                planned: set.interfacesTotal, left: left, pruned: pruned.map { "\($0.interface) (\($0.ifindex))" },
                room: room), drift
        )
    }

    /// Of a long set the plan lists the first ones only: then what is not listed counts as planned, as far as there is room.
    private static func compare(
        _ set: EnrolledSet, _ now: Set<DeviceKey>, _ read: Set<UInt64>
    ) -> (left: Int, pruned: [EnrolledSet.Interface], foreign: [DeviceKey]) {
        let listed = Set(set.interfaces.map { DeviceKey(netns: $0.netns, ifindex: $0.ifindex) })
        let unlisted = set.interfacesTotal - set.interfaces.count
        let others = now.subtracting(listed).sorted()
        let pruned = set.interfaces.filter { interface in
            read.contains(interface.netns)
                && !now.contains(DeviceKey(netns: interface.netns, ifindex: interface.ifindex))
        }
        return (
            now.intersection(listed).count + min(others.count, unlisted), pruned, Array(others.dropFirst(unlisted))
        )
    }

    /// What is in a run's pinned set of a namespace, with the names that the interfaces have now.
    public static func interfaces(
        of run: RunRecord, in namespace: NetworkNamespace
    ) throws(MigrateError) -> [EnrolledSet.Interface] {
        let netns = namespace.identity.cookie
        return try reading("the set of enrolled interfaces") { () throws(KernelError) in
            let members = Set(try members(netns, pinDirectory: run.pinDirectory))
            let links = try namespace.run { () throws(KernelError) in
                var socket = try NetlinkSocket()
                return try socket.links(netns: netns)
            }
            return links.filter { members.contains($0.ifindex) }
                .map { .init(netns: netns, ifindex: $0.ifindex, interface: $0.name) }
        }
    }

    /// The interfaces in a run's pinned set of this namespace.
    static func members(_ netns: UInt64, pinDirectory: String) throws(KernelError) -> [UInt32] {
        try members(try BPFMap(pin: "\(pinDirectory)/\(EnrolledPin.name(netns))"))
    }

    private static func members(_ map: borrowing BPFMap) throws(KernelError) -> [UInt32] {
        try map.entries().map { entry in entry.key.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
    }
}
